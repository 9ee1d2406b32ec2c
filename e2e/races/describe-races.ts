import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Instance } from '../support/instances.ts'
import { createRing, signIn } from './ring.ts'
import type { Ring } from './ring.ts'
import { lineOf, raceCode, raceRefresh, raceRevocation, raceStrictRefresh, runRounds, usualCrowds } from './rounds.ts'
import type { Round, Setting } from './rounds.ts'

/** `HUFU_ROUNDS=1000` is the full set (`npm run test:races`). */
const rounds = Number(process.env['HUFU_ROUNDS'] ?? 50)

/** In the short set the large crowds come less often. */
const roundsOf = (crowd: number) => (rounds >= 1000 ? rounds : Math.ceil(rounds * Math.min(1, 5 / crowd)))

/** The races of codes and refresh tokens, over instances of one server. */
export function describeRaces(
  where: string,
  start: () => Promise<readonly Instance[]>,
  crowds: readonly number[] = usualCrowds,
): void {
  describe(where, () => {
    let instances: readonly Instance[] = []
    let ring: Ring
    let cookie: string

    before(async () => {
      instances = await start()
      ring = createRing(instances, Math.max(...crowds) / instances.length)
      cookie = await signIn(ring)
    })
    after(async () => {
      await ring?.close()
      await Promise.all(instances.map((each) => each.stop()))
    })

    async function race(name: string, run: (setting: Setting) => Promise<Round>): Promise<string> {
      const figures = await Promise.all(crowds.map((crowd) => runRounds(run, { ring, cookie, crowd }, roundsOf(crowd))))
      for (const { crowd, problems, failures } of figures)
        assert.deepEqual(problems, [], `${crowd} at once: ${failures} rounds failed`)

      return lineOf(name, where, figures)
    }

    test(`[CD-02] of redemptions of one code at once exactly one succeeds, and the replays end what it made (${where})`, async (t) => {
      // req: O21-4.1.3-03, O21-4.1.3-04, CD-01
      t.diagnostic(await race('codes', raceCode))
    })

    test(`[RT-02] of uses of one refresh token at once every success carries the same one successor (${where})`, async (t) => {
      // req: RT-03, RT-04, O21-4.3.1-05
      t.diagnostic(await race('refresh tokens', raceRefresh))
    })

    test(`[RT-02] without a window for retries exactly one use of a refresh token succeeds, and the grant ends (${where})`, async (t) => {
      // req: O21-4.3.1-05, BCP-4.14.2-02, R6
      t.diagnostic(await race('refresh tokens without a retry window', raceStrictRefresh))
    })

    test(`[RT-15] after an acknowledged revocation nothing of the grant works, however many refreshes ran beside it (${where})`, async (t) => {
      // req: REV-2.1-04
      const figure = await runRounds(raceRevocation, { ring, cookie, crowd: 11 }, roundsOf(11))

      assert.deepEqual(figure.problems, [], `${figure.failures} rounds failed`)
      t.diagnostic(lineOf('revocation against refreshes', where, [figure]))
    })
  })
}
