import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AuthorizationServerOptions } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import { newSecret, racer, startInstance } from '../support/instances.ts'
import type { Instance, InstanceStore } from '../support/instances.ts'
import { startLossyRelay } from '../support/lossy-relay.ts'
import type { LossyRelay } from '../support/lossy-relay.ts'
import { createRing, getCode, isActive, redeem, refresh, signIn, tokensOf } from './ring.ts'
import type { Ring } from './ring.ts'

/** `HUFU_LOST=10000` is the full set (`npm run test:races`); half of them over each store. */
const losses = Math.ceil(Number(process.env['HUFU_LOST'] ?? 200) / 2)
const honestClients = 50
const replays = Math.min(100, losses)

/** Its window is long enough for a server to start anew, on any machine. */
const patient = {
  ...racer,
  client_id: 'patient',
  client_secret: 'patient-secret-of-forty-characters-or-more',
  redirect_uris: ['https://patient.example/cb'],
  hufu_refresh_retry: 60,
}
/** Its window is soon over. */
const hasty = { ...patient, client_id: 'hasty', redirect_uris: ['https://hasty.example/cb'], hufu_refresh_retry: 1 }

type Store = AuthorizationServerOptions['store']

function describeLosses(
  where: string,
  store: () => Promise<InstanceStore>,
  count: number,
  open: (of: InstanceStore) => Store,
) {
  describe(where, () => {
    let instances: Instance[] = []
    let ring: Ring
    let cookie: string
    let relays: LossyRelay[]
    let lossy: Ring
    let kept: InstanceStore

    before(async () => {
      kept = await store()
      const options = { store: kept, secret: newSecret(), port: 0, clients: [patient, hasty] }
      for (let at = 0; at < count; at++) instances.push(await startInstance(options))
      ring = createRing(instances)
      relays = await Promise.all(instances.map(({ url }) => startLossyRelay(url)))
      lossy = createRing(relays)
      cookie = await signIn(ring)
    })
    after(async () => {
      await ring?.close()
      await lossy?.close()
      await Promise.all((relays ?? []).map((each) => each.close()))
      await Promise.all(instances.map((each) => each.stop()))
    })

    const tokens = async (turn: number, client: typeof patient) =>
      tokensOf(await redeem(ring, turn, await getCode(ring, turn, cookie, client), client))

    /** Sends a refresh whose answer is cut off after the server has given it. */
    async function lose(turn: number, token: string, client: typeof patient): Promise<void> {
      await assert.rejects(refresh(lossy, turn, token, client), /ended without an answer/)
    }

    test(`[RT-04] whose refresh answer was lost gets the successor at the next try, also after a restart and at the other instance (${where})`, async (t) => {
      // req: RT-06, RT-03, R6
      const begun = await Promise.all(Array.from({ length: honestClients }, (_, turn) => tokens(turn, patient)))
      let held = begun.map(({ refresh_token }) => refresh_token)
      const perClient = Math.ceil(losses / honestClients)
      const restarts = Math.max(1, Math.floor(perClient / 10))
      for (let round = 0; round < perClient; round++) {
        await Promise.all(held.map((token, at) => lose(round + at, token, patient)))
        if (round % Math.ceil(perClient / restarts) === 0) await restartAll()
        // At the instance where it was lost, or at the other one.
        const answers = await Promise.all(held.map((token, at) => refresh(ring, round + at + (at % 3), token, patient)))

        assert.deepEqual(
          answers.filter(({ status }) => status !== 200).map(({ text }) => text),
          [],
          'locked out',
        )
        const successors = answers.map((answer) => tokensOf(answer).refresh_token)
        assert.ok(successors.every((each, at) => each !== held[at]))
        held = successors
      }
      const last = await Promise.all(held.map((token, at) => refresh(ring, at, token, patient)))
      assert.ok(
        last.every(({ status }) => status === 200),
        'all of them go on',
      )
      for (const answer of last.slice(0, 5)) assert.equal(await isActive(ring, 0, tokensOf(answer).access_token), true)

      const lost = relays.reduce((sum, each) => sum + each.lost(), 0)
      assert.equal(lost, perClient * honestClients)
      const retried = (await audited(kept)).filter(({ type }) => type === 'refresh_retried')
      assert.equal(retried.length, lost, 'each of them had been written before it was lost')
      t.diagnostic(
        `lost answers, ${where}: ${lost} lost after the commit, ${lost} retried, ${restarts} restarts, 0 locked out`,
      )
    })

    test(`[RT-01] a refresh token that is used again outside the window ends its family, and the audit says why (${where})`, async (t) => {
      // req: RT-06, O21-4.3.1-05
      const families = await Promise.all(Array.from({ length: replays }, (_, turn) => tokens(turn, hasty)))
      const next = await Promise.all(families.map((each, turn) => refresh(ring, turn, each.refresh_token, hasty)))
      assert.ok(next.every(({ status }) => status === 200))
      await pause(1100)

      const answers = await Promise.all(
        families.map((each, turn) => refresh(ring, turn + 1, each.refresh_token, hasty)),
      )

      assert.ok(answers.every(({ status }) => status === 400))
      const successors = await Promise.all(
        next.map((each, turn) => refresh(ring, turn, tokensOf(each).refresh_token, hasty)),
      )
      assert.ok(
        successors.every(({ status }) => status === 400),
        'the successor is dead too',
      )
      const events = await audited(kept)
      const ended = events.filter(
        ({ type, reason, clientId }) =>
          type === 'authorization_revoked' && reason === 'refresh_token_reused' && clientId === hasty.client_id,
      )
      assert.equal(ended.length, replays)
      assert.equal(new Set(ended.map(({ authorizationId }) => authorizationId)).size, replays)
      t.diagnostic(
        `replays outside the window, ${where}: ${replays} families, ${ended.length} ended with the reason in the audit`,
      )
    })

    /** As a power cut would, one after the other. */
    async function restartAll(): Promise<void> {
      await ring.close()
      instances = await Promise.all(instances.map((each) => each.restart()))
      ring = createRing(instances)
    }

    async function audited(of: InstanceStore) {
      const reading = open(of)
      const events = []
      try {
        for (let page = await reading.listAudit(undefined, 1000); page.length > 0;) {
          events.push(...page)
          page = await reading.listAudit(page.at(-1)!.id, 1000)
        }
      } finally {
        await reading.close()
      }

      return events
    }
  })
}

const folder = mkdtempSync(join(tmpdir(), 'hufu-lost-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const postgres = await startPostgres()
after(() => postgres.stop())

describeLosses(
  'SQLite',
  async () => ({ kind: 'sqlite', file: join(folder, 'hufu.db') }),
  1,
  (of) => openSqlite({ file: of.kind === 'sqlite' ? of.file : '' }),
)
describeLosses(
  'two instances over PostgreSQL',
  async () => ({ kind: 'postgres', connectionString: await postgres.createDatabase() }),
  2,
  (of) => openPostgres({ connectionString: of.kind === 'postgres' ? of.connectionString : '' }),
)
