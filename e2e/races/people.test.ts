import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import { newSecret, startInstance } from '../support/instances.ts'
import type { Instance } from '../support/instances.ts'
import { openInProcess } from './in-process.ts'
import { createRing, signIn } from './ring.ts'
import type { Ring } from './ring.ts'
import { raceConsent, raceDevice, racePushed, raceSignOut, racingClients } from './rounds-of-people.ts'
import { lineOf, runRounds } from './rounds.ts'

/** `HUFU_ROUNDS=1000` is the full set (`npm run test:races`); a person is slower than a program, so a fifth of that here. */
const rounds = Math.ceil(Number(process.env['HUFU_ROUNDS'] ?? 50) / 5)
const crowd = 10

const races = [
  { id: 'CD-09', name: 'redemption against signing out', run: raceSignOut },
  { id: 'DV-04', name: 'a device that asks while it is connected', run: raceDevice },
  { id: 'RQ-01', name: 'browsers with one pushed request', run: racePushed },
  { id: 'UI-13', name: 'answers to one question of consent', run: raceConsent },
]

function describePeople(where: string, open: () => Promise<Ring>): void {
  describe(where, () => {
    let ring: Ring
    let cookie: string
    before(async () => {
      ring = await open()
      cookie = await signIn(ring)
    })
    after(() => ring?.close())

    for (const { id, name, run } of races)
      test(`[${id}] one order or the other, and never both: ${name} (${where})`, async (t) => {
        const figure = await runRounds(run, { ring, cookie, crowd }, rounds)

        assert.deepEqual(figure.problems, [], `${figure.failures} rounds failed`)
        t.diagnostic(lineOf(name, where, [figure]))
      })

    test(`both have the same keys to sign with, though they began at once (${where})`, async () => {
      const keys = await Promise.all(
        [0, 1].map((at) => ring.send(at, { method: 'GET', path: '/.well-known/jwks.json' })),
      )

      assert.match(keys[0]!.text, /"kid"/)
      assert.equal(keys[0]!.text, keys[1]!.text)
    })
  })
}

const postgres = await startPostgres()
after(() => postgres.stop())

describePeople('two servers 0 to 5 ms away from SQLite', () => openInProcess(undefined, racingClients))

describePeople('two instances over PostgreSQL', async () => {
  const store = { kind: 'postgres', connectionString: await postgres.createDatabase() } as const
  const options = { store, secret: newSecret(), port: 0, clients: racingClients }
  // At once: each finds the database empty, and makes the tables and the keys.
  const instances = await Promise.all([startInstance(options), startInstance(options)])

  return closedWith(createRing(instances), instances)
})

function closedWith(ring: Ring, instances: readonly Instance[]): Ring {
  return {
    ...ring,
    close: async () => {
      await ring.close()
      await Promise.all(instances.map((each) => each.stop()))
    },
  }
}
