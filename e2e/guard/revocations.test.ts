import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AuthorizationServer } from 'hufu'
import { createGuard } from 'hufu/guard'
import type { Guard, RevocationOptions } from 'hufu/guard'
import { anEvent, anId } from 'hufu/testing'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../src/store/contract/real-postgres.ts'
import * as cast from '../support/fixtures.ts'
import { proofOf } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { toForm } from '../support/user-agent.ts'
import { startTwoServers } from '../support/two-servers.ts'
import type { TwoServers } from '../support/two-servers.ts'

const rounds = Number(process.env['HUFU_ROUNDS'] ?? 5)
const features = { revocationFeed: true } as const
const asApi = { clientId: cast.api1.client_id, clientSecret: cast.api1.client_secret }

let postgres: RealPostgres
let first: TestServer
let second: AuthorizationServer
let guard: Guard
let servers: TwoServers

/** Tokens end at the first server; the guard follows the feed of the second. */
before(async () => {
  postgres = await startPostgres()
  servers = await startTwoServers(await postgres.createDatabase(), { features })
  ;({ first, second } = servers)
  guard = guardOf((request) => second.fetch(request, '192.0.2.9'))
})

after(async () => {
  guard?.close()
  await servers?.close()
  await postgres?.stop()
})

function guardOf(ask: (request: Request) => Promise<Response>, given: Partial<RevocationOptions> = {}): Guard {
  return createGuard({
    resource: cast.r1,
    issuer: cast.issuer,
    revocations: { ...asApi, ...given },
    fetch: (url, init) => ask(new Request(url as string, init)),
    now: () => first.clock.now(),
  })
}

async function statusOf(token: string, by = guard): Promise<number> {
  const request = new Request(cast.r1, { headers: { authorization: `Bearer ${token}` } })
  const admission = await by.admit(request)

  return admission.ok ? 200 : admission.response.status
}

/** Milliseconds until it is so; bounded, so that a test ends. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<number> {
  const begun = performance.now()
  while (!(await isTrue())) {
    assert.ok(performance.now() - begun < 10_000, `it never came: ${String(isTrue)}`)
    await pause(2)
  }

  return performance.now() - begun
}

const refusedAfter = (token: string, by = guard) => until(async () => (await statusOf(token, by)) !== 200)
const admittedAfter = (token: string) => until(async () => (await statusOf(token)) === 200)

const revoke = (token: string | undefined) => {
  const proof = proofOf(cast.c1)

  return first.send('/revoke', { method: 'POST', body: toForm({ ...proof.form, token }), headers: proof.headers })
}

test('[REV-2-01] a guard that verifies JWTs refuses what another instance revoked, by refresh token or by itself', async (context) => {
  // req: RT-10, IN-04
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const [dies, lives] = [await first.tokens(), await first.tokens()]
    assert.equal(await statusOf(dies.access_token), 200)

    assert.equal((await revoke(round % 2 === 0 ? dies.refresh_token : dies.access_token)).status, 200)

    times.push(await refusedAfter(dies.access_token))
    assert.equal(await statusOf(lives.access_token), 200)
  }
  const sorted = times.toSorted((left, right) => left - right)
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
  context.diagnostic(`${rounds} revocations: refused after ${at(0.5)} ms (p50), ${at(0.99)} ms (p99)`)
})

test('[RT-01] a replayed refresh token ends the JWTs of its family at the guard', async () => {
  const { access_token, refresh_token } = await first.tokens()
  await first.token({ grant_type: 'refresh_token', refresh_token })
  first.later(60)
  const replay = await first.token({ grant_type: 'refresh_token', refresh_token })

  assert.equal(replay.status, 400)
  await refusedAfter(access_token)
})

test('[IN-05] a client that is disabled has no good JWT at the guard until it is enabled, and none from before its cut-off', async () => {
  // req: RT-07
  const id = cast.p1.client_id as Parameters<typeof first.store.findClient>[0]
  const { access_token } = await first.tokens({}, cast.p1)
  const client = (await first.store.findClient(id))!
  assert.equal(await statusOf(access_token), 200)

  await first.disable(cast.p1)
  await refusedAfter(access_token)
  await first.store.saveClient({ ...client, disabledAt: undefined }, anEvent())
  await admittedAfter(access_token)
  first.later(2)
  await first.store.saveClient({ ...client, validAfter: first.clock.now() }, anEvent())
  await refusedAfter(access_token)

  assert.equal(await statusOf((await first.tokens({}, cast.p1)).access_token), 200)
})

test('[RT-13] an account that is disabled has no good JWT at the guard', async () => {
  const { access_token } = await first.tokens()
  const account = (await first.store.findAccountByUsername(cast.alice.username))!
  assert.equal(await statusOf(access_token), 200)

  await first.store.saveAccount({ ...account, disabledAt: first.clock.now() }, account.username, anEvent())
  await refusedAfter(access_token)
  await first.store.saveAccount(account, account.username, anEvent())
  await admittedAfter(access_token)
})

test('[RS-06] without the feed a guard says so, and admits until exp or refuses, as it was told', async () => {
  const { access_token } = await first.tokens()
  const without = (request: Request) =>
    request.url.endsWith('/revocations')
      ? Promise.resolve(new Response('', { status: 503 }))
      : second.fetch(request, '192.0.2.9')
  const [admits, refuses] = [guardOf(without), guardOf(without, { whenStale: 'refuse' })]

  assert.equal(await statusOf(access_token, admits), 200)
  assert.equal(await statusOf(access_token, refuses), 503)
  assert.equal(admits.revocations()?.isStale, true)
  assert.equal(guard.revocations()?.isStale, false)
  admits.close()
  refuses.close()
})

test('[RS-06] a feed that was had counts as lost when its last answer is too old, and no sooner', async (t) => {
  let isThere = true
  const refuses = guardOf(
    (request) =>
      isThere || !request.url.endsWith('/revocations')
        ? second.fetch(request, '192.0.2.9')
        : Promise.resolve(new Response('', { status: 503 })),
    { whenStale: 'refuse', staleAfterSeconds: 20 },
  )
  t.after(() => refuses.close())
  const { access_token } = await first.tokens()
  assert.equal(await statusOf(access_token, refuses), 200)

  isThere = false
  // The question that is being held is answered yet.
  await revoke((await first.tokens()).access_token)
  await until(() => refuses.revocations()?.asOf === first.clock.now())
  first.later(20)
  assert.equal(await statusOf(access_token, refuses), 200)
  first.later(1)
  assert.equal(await statusOf(access_token, refuses), 503)
})

test('[HT-05] an issuer that holds no question is not asked without end', async (t) => {
  let asked = 0
  const eager = guardOf(async (request) => {
    if (!request.url.endsWith('/revocations')) return second.fetch(request, '192.0.2.9')
    asked += 1
    const body = (await request.text()).replace(/wait=\d+/, 'wait=0')

    return second.fetch(new Request(request.url, { method: 'POST', headers: request.headers, body }), '192.0.2.9')
  })
  t.after(() => eager.close())
  assert.equal(await statusOf((await first.tokens()).access_token, eager), 200)

  asked = 0
  await pause(500)

  assert.ok(asked <= 10, `asked ${asked} times`)
})

test('[RS-02] a page of the feed that is old, of another place or of another kind is not taken', async (t) => {
  const { access_token } = await first.tokens()
  // Of another issuer that has the same database and the same keys.
  const stranger = await servers.another('https://stranger.example')
  t.after(() => stranger.close())
  const theirs = (await (await ask(asApi, {}, stranger)).json()) as { readonly revocations: string }
  const old = (await (await ask(asApi, {})).json()) as { readonly revocations: string }
  const answers = [
    { revocations: old.revocations.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) },
    { revocations: access_token },
    theirs,
    {},
  ]
  for (const answer of answers) {
    const misled = guardOf(
      async (request) => {
        if (!request.url.endsWith('/revocations')) return second.fetch(request, '192.0.2.9')
        // As from afar: who took it would ask again at once.
        await pause(5)

        return Response.json(answer)
      },
      { whenStale: 'refuse' },
    )
    assert.equal(await statusOf(access_token, misled), 503)
    misled.close()
  }
})

test('[IN-01] the feed is for clients that prove who they are, names no account and no client, and goes on from a cursor', async () => {
  const anonymous = await first.send('/revocations', { method: 'POST', body: toForm({ client_id: cast.p1.client_id }) })
  const wrong = await ask({ ...asApi, clientSecret: 'wrong' }, {})
  const page = claimsOf(await (await ask(asApi, {})).text())
  const next = claimsOf(await (await ask(asApi, { after: page['to'] as string })).text())
  const foreign = claimsOf(await (await ask(asApi, { after: `0000.${2 ** 40}` })).text())
  const [list] = (page['to'] as string).split('.')
  const ahead = claimsOf(await (await ask(asApi, { after: `${list}.${2 ** 40}`, wait: '20' })).text())

  assert.equal(anonymous.status, 401)
  assert.equal(wrong.status, 401)
  assert.equal((await first.get('/revocations')).status, 405)
  assert.deepEqual([next['from'], next['to'], next['entries']], [page['to'], page['to'], []])
  for (const begun of [foreign, ahead])
    assert.deepEqual([begun['from'], begun['to'], begun['entries']], ['', page['to'], page['entries']])
  assert.ok(!JSON.stringify(page).includes(cast.p1.client_id))
})

test('[REV-2-01] what fills several pages is heard whole, and forgotten when its time is over and not before', async (t) => {
  // req: RS-10
  const listening = guardOf((request) => second.fetch(request, '192.0.2.9'))
  t.after(() => listening.close())
  const { access_token: dies } = await first.tokens()
  assert.equal(await statusOf(dies), 200)
  const entries = (by = listening) => by.revocations()?.entries ?? 0
  const before = entries(guard)
  const { exp } = await first.introspect(dies)
  const expiresAt = ((exp as number) * 1000) as ReturnType<typeof first.clock.now>
  const endAnother = () => first.store.revokeAccessToken(anId(), expiresAt, anEvent())

  await revoke(dies)
  await Promise.all(Array.from({ length: 1100 }, endAnother))
  // The one heard of them one by one, the other has all of them before it.
  await until(() => entries(guard) === before + 1101)
  assert.equal(await statusOf(dies, listening), 401)
  assert.equal(entries(), before + 1101)

  // An answer shows what its time is over of.
  first.later(599)
  const { access_token: next } = await first.tokens()
  await revoke(next)
  await refusedAfter(next, listening)
  assert.ok(entries() > 1101)
  assert.equal(await statusOf(dies, listening), 401)
  first.later(2)
  await first.store.revokeAccessToken(anId(), ((exp as number) * 1000 + 60_000) as typeof expiresAt, anEvent())
  await until(() => entries() <= before + 2)
})

function ask(
  { clientId, clientSecret }: typeof asApi | { clientId: string; clientSecret: string },
  form: object,
  at: AuthorizationServer = first.server,
) {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  const init = { method: 'POST', body: toForm({ ...form }), headers: { authorization } }

  return at.fetch(new Request(`${at.issuer}/revocations`, init), '192.0.2.1')
}

const claimsOf = (answer: string) =>
  JSON.parse(
    Buffer.from((JSON.parse(answer) as { revocations: string }).revocations.split('.')[1]!, 'base64url').toString(),
  ) as Record<string, unknown>
