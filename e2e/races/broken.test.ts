import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokenAdapters } from './broken-adapters.ts'
import { openInProcess } from './in-process.ts'
import { signIn } from './ring.ts'
import { raceCode, raceRefresh, raceRevocation, raceStrictRefresh, runRounds } from './rounds.ts'
import type { Figures } from './rounds.ts'

/*
 * Would the races notice? The same rounds over a store that has a fault, as stores of real servers have had it, have to
 * fail; over the store without it, in the same setting, they have to pass.
 */

const rounds = Number(process.env['HUFU_BROKEN_ROUNDS'] ?? 3)
const crowd = 5

const races = { codes: raceCode, 'refresh tokens': raceRefresh, strict: raceStrictRefresh, revocation: raceRevocation }

async function race(
  breaks?: Parameters<typeof openInProcess>[0],
): Promise<Readonly<Record<keyof typeof races, Figures>>> {
  const ring = await openInProcess(breaks)
  try {
    const cookie = await signIn(ring)
    const names = Object.keys(races) as (keyof typeof races)[]
    const figures = await Promise.all(
      names.map(async (name) => [name, await runRounds(races[name], { ring, cookie, crowd }, rounds)] as const),
    )

    return Object.fromEntries(figures) as Readonly<Record<keyof typeof races, Figures>>
  } finally {
    await ring.close()
  }
}

test('the races pass over the store without a fault', async () => {
  const figures = await race()

  for (const { rounds: done, problems } of Object.values(figures)) assert.deepEqual([done, problems], [rounds, []])
})

for (const { fault, breaks, noticedBy } of brokenAdapters) {
  test(`[CD-02] the races fail over a store that ${fault}`, async (t) => {
    // req: RT-02
    const figures = await race(breaks)

    const noticed = Object.entries(figures).filter(([, { failures }]) => failures > 0)
    const told = noticed.map(([name, each]) => `${name} (${each.failures} of ${rounds}: ${each.problems[0]})`)
    t.diagnostic(`noticed by ${told.join('; ')}`)
    for (const name of noticedBy) assert.ok(figures[name].failures > 0, `not noticed by: ${name}`)
  })
}
