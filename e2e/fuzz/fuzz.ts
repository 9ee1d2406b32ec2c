import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { bendAll, bends } from './bend.ts'
import { tryOut } from './oracles.ts'
import type { Targets } from './programs.ts'
import { startWorld } from './world.ts'
import type { World } from './world.ts'

/** Requests for each target: 500, or as many as `HUFU_FUZZ` says. */
const runs = Number(process.env['HUFU_FUZZ'] ?? 500)

/** So many requests later sessions and tokens have ended. */
const freshFor = 400

/** No page is there, and nobody has decided yet. */
const refusedAsItIs = ['no page', 'token, device']

/**
 * For each target: the request as it is succeeds, and whatever is done to it, the answer is one that may be.
 *
 * @param names of the targets, before there is a server to make them
 */
export function fuzz(names: readonly string[], targetsOf: (world: World) => Targets): void {
  let world: World
  let targets: Targets
  let count = 0

  before(async () => {
    world = await startWorld()
    targets = targetsOf(world)
    assert.deepEqual(Object.keys(targets), names)
  })
  after(() => world?.as.close())

  for (const name of names) {
    test(`[HT-04] ${name}: whatever is sent, no fault, no way to elsewhere, no secret, no stall`, async () => {
      // req: HT-13, RG-12
      const make = targets[name]!
      await world.refresh()
      const first = await world.send(await make())
      const said = `${first.status} ${first.headers.get('location')} ${await first.text()}`
      if (!refusedAsItIs.includes(name)) assert.doesNotMatch(said, /^[45]|[?&;]error=/)

      await fc.assert(
        fc.asyncProperty(bends, async (changes) => {
          count += 1
          if (count % freshFor === 0) await world.refresh()
          await tryOut(world, bendAll(await make(), changes, world.known()))
        }),
        { numRuns: runs },
      )
    })
  }
}
