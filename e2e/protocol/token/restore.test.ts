import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createAuthorizationServer, openDatabaseMemory } from 'hufu'
import { createGuard } from 'hufu/guard'
import { startPostgres } from '../../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../../src/store/contract/real-postgres.ts'
import { begun, d1, decide, poll } from '../../support/device.ts'
import * as cast from '../../support/fixtures.ts'
import { pushed } from '../../support/push.ts'
import { rawDatabase } from '../../support/put-back.ts'
import type { RawDatabase } from '../../support/put-back.ts'
import { startRegistration } from '../../support/registration.ts'
import type { RegistrationServer } from '../../support/registration.ts'
import { has, proofOf } from '../../support/server.ts'
import type { Tokens } from '../../support/server.ts'
import { assertRefused } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(() => postgres.stop())

const secret = 'c2VjcmV0LW9mLXRoZS1zZXJ2ZXItMzItb2N0ZXRzLWxvbmc'
const features = { registration: 'open', deviceGrant: true, revocationFeed: true } as const
/** The commands go by the clock of the machine. */
const clock = () => Date.now() as never

async function serve(database: RawDatabase): Promise<RegistrationServer> {
  const databaseMemory = await openDatabaseMemory(database.data)
  const as = await startRegistration({ secret, store: database.open(), clock, features, databaseMemory })
  assert.ok((await as.server.saveClient(d1)).ok)

  return as
}

/** One of each kind of what can be given, alive. */
async function giveAll(as: RegistrationServer) {
  const [kept, rotated, revoked] = [await as.tokens(), await as.tokens(), await as.tokens()]
  const opaque = await as.at({ resource: cast.r2, scope: 'bills.read' }, cast.c2)
  // Nothing of it is stored: only that it is from before can end it.
  const machine = await as.token({ grant_type: 'client_credentials' }, cast.m1)
  const { access_token: ofMachine } = (await machine.json()) as Tokens
  const [waiting, allowed] = [await begun(as), await begun(as)]
  await decide(as, allowed)

  return {
    kept,
    rotated,
    revoked,
    opaque,
    ofMachine,
    codes: [await as.code(), await as.code()] as const,
    session: await as.signedIn(),
    registered: await as.register(),
    waiting,
    allowed,
    request: await pushed(as),
  }
}

type Given = Awaited<ReturnType<typeof giveAll>>

async function revoke(as: RegistrationServer, token: string | undefined) {
  const { headers, form } = proofOf(cast.c1)
  const answer = await as.send('/revoke', { method: 'POST', body: toForm({ ...form, token }), headers })
  assert.equal(answer.status, 200)
}

/** What a copy of before does not know. */
async function goOn(as: RegistrationServer, { rotated, revoked, codes }: Given) {
  const renewed = await as.token({ grant_type: 'refresh_token', refresh_token: rotated.refresh_token })
  assert.equal(renewed.status, 200)
  assert.equal((await as.redeem(codes[0])).status, 200)
  await revoke(as, revoked.refresh_token)
}

async function assertDead(as: RegistrationServer, given: Given) {
  for (const tokens of [given.kept, given.rotated, given.revoked]) {
    const answer = await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
    await assertRefused(answer, 400, 'invalid_grant')
    assert.deepEqual(await as.introspect(tokens.access_token), { active: false })
  }
  assert.deepEqual(await as.introspect(given.opaque, cast.api2), { active: false })
  assert.deepEqual(await as.introspect(given.ofMachine), { active: false })
  for (const code of given.codes) await assertRefused(await as.redeem(code), 400, 'invalid_grant')
  for (const device of [given.waiting, given.allowed])
    assert.equal((await poll(as, device)).status, 400, 'a device code')
  assert.equal((await as.own(given.registered)).status, 401, 'a registration access token')
  const browser = as.browser()
  for (const [name, value] of given.session.cookies) browser.cookies.set(name, value)
  assert.ok(has(await browser.open(as.authorize().url), '/sign-in'), 'a session')
  const page = await as.browser().open(given.request.url)
  assert.deepEqual([page.status, page.leavesFor, has(page, '/sign-in')], [400, undefined, false], 'a pushed request')
}

const ways: Readonly<Record<string, (database: RawDatabase, backup: string) => Promise<void>>> = {
  'by hufu db restore': async (database, backup) => {
    await database.empty()
    const restored = database.hufu('db', 'restore', backup, '--end', 'all')
    assert.equal(restored.exit, 0, restored.stderr)
  },
  'by a raw copy, which is noticed and ended in place': async (database) => {
    await database.putCopyBack()
    const databaseMemory = await openDatabaseMemory(database.data)
    const store = database.open()
    const { issuer, resources, scopes } = cast
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const server = createAuthorizationServer({ issuer, resources, scopes, secret, store, clock, databaseMemory })
      await assert.rejects(server.ready(), {
        name: 'DatabaseOlder',
        message: /^the database has mark \d+, and was seen/,
      })
    }
    await store.close()
    const ended = database.hufu('db', 'restore', '--in-place', '--end', 'all', '--yes')
    assert.equal(ended.exit, 0, ended.stderr)
  },
}

for (const engine of ['SQLite', 'PostgreSQL'])
  for (const [way, putBack] of Object.entries(ways))
    test(`[RT-06] ${engine} put back ${way}: nothing lives that was given before, whether it was used, revoked or neither`, async (t) => {
      // req: REV-2-01, IN-04
      const database = await rawDatabase(t, engine === 'SQLite' ? undefined : postgres)
      const backup = join(database.data, 'hufu.backup')
      let as = await serve(database)
      let ahead = 0
      let gone = Promise.withResolvers<never>()
      t.after(() => as.close())
      // As a server that stops does: who waits for an answer gets none.
      const stop = async () => {
        gone.promise.catch(() => {})
        gone.reject(new Error('gone'))
        gone = Promise.withResolvers<never>()
        await as.close()
      }
      const guard = createGuard({
        resource: cast.r1,
        issuer: cast.issuer,
        revocations: { clientId: cast.api1.client_id, clientSecret: cast.api1.client_secret },
        // It asks for new keys every half minute at most.
        now: () => Date.now() + ahead,
        fetch: (url, init) =>
          Promise.race([as.server.fetch(new Request(url as string, init), '192.0.2.9'), gone.promise]),
      })
      t.after(() => guard.close())
      const admits = async (token: string) =>
        (await guard.admit(new Request(cast.r1, { headers: { authorization: `Bearer ${token}` } }))).ok
      const given = await giveAll(as)
      assert.equal(await admits(given.kept.access_token), true)
      await stop()

      assert.equal(database.hufu('db', 'backup', backup).exit, 0)
      await database.copy()
      as = await serve(database)
      await goOn(as, given)
      await stop()
      await putBack(database, backup)
      as = await serve(database)

      await assertDead(as, given)
      ahead = 31_000
      while (await admits(given.kept.access_token)) await pause(20)
      assert.equal(await admits(given.revoked.access_token), false)
      assert.ok((await as.store.listAudit(undefined, 1000)).some(({ type }) => type === 'database_restored'))
      // Who comes anew is served.
      const fresh = await as.tokens()
      assert.ok(fresh.refresh_token)
    })
