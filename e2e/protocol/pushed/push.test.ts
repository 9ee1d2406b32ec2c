import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { PushedRequestId } from '../../../src/protocol/authorization.ts'
import { createSigningClient } from '../../support/assertion.ts'
import * as cast from '../../support/fixtures.ts'
import { auditOf } from '../../support/oracles.ts'
import { push } from '../../support/push.ts'
import { nativeApp, startRegistration, webApp } from '../../support/registration.ts'
import { proofOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertJson, assertRefused, serverOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

let as: TestServer
before(async () => void (as = await startServer()))
after(() => as.close())

interface Taken {
  readonly request_uri: string
  readonly expires_in: number
}

async function taken(answer: Response): Promise<Taken> {
  assert.equal(answer.status, 201, await answer.clone().text())
  assertJson(answer)

  return (await answer.json()) as Taken
}

const idOf = (reference: string) => createHash('sha256').update(reference).digest('hex') as PushedRequestId

test('[PAR-2.2-01] a pushed request is answered with 201, a reference of 256 random bits, and how long it is good', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, async () => taken(await push(as))))

  for (const answer of answers) {
    assert.deepEqual(Object.keys(answer), ['request_uri', 'expires_in'])
    assert.match(answer.request_uri, /^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$/)
    assert.equal(answer.expires_in, 120)
  }
  assert.equal(new Set(answers.map((each) => each.request_uri)).size, answers.length)
})

test('[PAR-2-01] discovery names the endpoint where it is on, and without it there is none', async (t) => {
  const document = async (server: TestServer) =>
    (await (await server.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>
  const [off, required, moved] = [
    await serverOf(t, { features: { pushedRequests: 'off' } }),
    await serverOf(t, { features: { pushedRequests: 'required' } }),
    await serverOf(t, { paths: { pushedRequest: '/oauth/push' }, pushedRequestLifetime: 30 }),
  ]
  const members = (found: Record<string, unknown>) => [
    found['pushed_authorization_request_endpoint'],
    found['require_pushed_authorization_requests'],
  ]

  assert.deepEqual(members(await document(as)), [`${as.issuer}/par`, false])
  assert.deepEqual(members(await document(required)), [`${as.issuer}/par`, true])
  assert.deepEqual(members(await document(moved)), [`${as.issuer}/oauth/push`, false])
  assert.deepEqual(members(await document(off)), [undefined, undefined])
  assert.equal((await push(off)).status, 404)
})

test('[PAR-2-01] what is pushed is an UTF-8 form; another method is 405, another body 400, one too large 413', async () => {
  // req: PAR-2.3-01, R10
  const { headers } = proofOf(cast.c1)
  const body = new URL(as.authorize().url).search.slice(1)
  const type = 'application/x-www-form-urlencoded'
  const send = (init: RequestInit) => as.send('/par', { method: 'POST', ...init })

  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await as.send('/par', { method })
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST'], method)
  }
  await assertRefused(
    await send({ body, headers: { ...headers, 'content-type': 'application/json' } }),
    400,
    'invalid_request',
  )
  await assertRefused(
    await send({ body: `${body}&padding=${'x'.repeat(70_000)}`, headers: { ...headers, 'content-type': type } }),
    413,
    'invalid_request',
  )
  await taken(await send({ body, headers: { ...headers, 'content-type': `${type};charset=UTF-8` } }))
  const padded = (length: number) => {
    const rest = length - body.replace(/&?client_id=[^&]*/, '').length
    const pairs = Array.from({ length: 8 }, (_, at) => `&p${at}=${'x'.repeat(Math.floor(rest / 8) - 4)}`).join('')

    return body + pairs + 'x'.repeat(rest - pairs.length)
  }
  const long = { ...headers, 'content-type': type }
  await taken(await send({ body: padded(32 * 1024), headers: long }))
  await assertRefused(await send({ body: padded(32 * 1024 + 1), headers: long }), 413, 'invalid_request')
})

test('[RQ-02] whoever does not prove to be the client pushes nothing, by whichever method it is registered with', async (t) => {
  // req: PAR-2.1-1-01, PAR-2-02
  const own = await serverOf(t)
  const redirect_uris = ['https://signing.example/cb']
  const signing = createSigningClient('signing', own.issuer, () => own.clock.now())
  const client = { client_id: 'signing', redirect_uris, scope: 'orders.read' }
  const grants = {
    grant_types: ['authorization_code'],
    redirect_uris,
    scope: 'orders.read',
    hufu_default_resource: cast.r1,
  }
  assert.ok((await own.server.saveClient({ ...signing.metadata, ...grants })).ok)
  const wrongly = { ...cast.c1, client_secret: `${cast.c1.client_secret}x` }
  const signed = (claims = {}) => push(own, {}, client, { headers: {}, form: signing.prove(claims) })

  for (const right of [push(own), push(own, { scope: 'bills.read' }, cast.c2), push(own, {}, cast.p1), signed()])
    await taken(await right)
  own.writes.length = 0
  await assertRefused(await push(own, {}, wrongly), 401, 'invalid_client')
  await assertRefused(await push(own, {}, { ...cast.c1, client_secret: undefined! }), 401, 'invalid_client')
  await assertRefused(await push(own, {}, cast.c1, { headers: {}, form: {} }), 400, 'invalid_request')
  for (const aud of [`${own.issuer}/par`, `${own.issuer}/token`, [own.issuer, `${own.issuer}/par`], [own.issuer]])
    await assertRefused(await signed({ aud }), 401, 'invalid_client', String(aud))
  assert.deepEqual(own.writes, [])
})

test('[PAR-2.1-2-01] a reference cannot be pushed in its turn, nor an object with a request inside', async () => {
  // req: RQ-02, PAR-3-01
  const { request_uri } = await taken(await push(as))
  as.writes.length = 0

  for (const each of [request_uri, 'https://evil.example/request.jwt', 'x'])
    await assertRefused(await push(as, { request_uri: each }), 400, 'invalid_request')
  await assertRefused(await push(as, { request: 'eyJhbGciOiJub25lIn0.e30.' }), 400, 'request_not_supported')
  assert.deepEqual(as.writes, [])
})

test('[PAR-2.1-3-01] every fault of the request is told to the client that pushes it, under the code it has elsewhere', async () => {
  // req: PAR-2.3-01
  as.writes.length = 0
  const faults = [
    [{ redirect_uri: 'https://client.example/other' }, 'invalid_request'],
    [{ redirect_uri: ['https://client.example/cb', 'https://client.example/cb'] }, 'invalid_request'],
    [{ response_type: undefined }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_mode: 'fragment' }, 'invalid_request'],
    [{ scope: 'unheard.of' }, 'invalid_scope'],
    [{ scope: 'bills.read' }, 'invalid_scope'],
    [{ resource: 'https://unknown.example' }, 'invalid_target'],
    [{ code_challenge: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ state: ['a', 'b'] }, 'invalid_request'],
    [{ state: 'ü' }, 'invalid_request'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ max_age: '-1' }, 'invalid_request'],
    [{ dpop_jkt: 'x' }, 'invalid_request'],
  ] as const

  for (const [changes, error] of faults)
    await assertRefused(await push(as, changes), 400, error, Object.keys(changes)[0])
  await assertRefused(
    await push(as, {}, { ...cast.m1, redirect_uris: ['https://m.example/cb'] }),
    400,
    'invalid_request',
  )
  assert.deepEqual(as.writes, [])
})

test('[PAR-2.4-01] no client brings a redirect URI that is not registered, public or not', async () => {
  for (const client of [cast.c1, cast.c2, cast.p1])
    await assertRefused(await push(as, { redirect_uri: 'https://new.example/cb' }, client), 400, 'invalid_request')
  await taken(await push(as, { redirect_uri: 'http://127.0.0.1:50000/cb' }, cast.p1))
})

test('[PAR-2.2-01] of the reference its hash is kept, and of the request all but what proved who the client is', async () => {
  // req: LG-04
  const { request_uri } = await taken(
    await push(as, { scope: 'orders.read', state: 'tally', unheard_of: '1' }, cast.c2),
  )
  const kept = await as.store.findPushedRequest(idOf(request_uri))

  assert.ok(kept)
  assert.equal(JSON.stringify(kept).includes(request_uri.slice(-43)), false)
  const names = [...new URLSearchParams(kept.parameters).keys()]
  assert.ok(names.includes('state') && names.includes('unheard_of'))
  assert.deepEqual(
    names.filter((name) => name.startsWith('client_')),
    [],
  )
  assert.doesNotMatch(kept.parameters, /hufucanary/)
})

test('[LG-04] a refused push is one event of the audit, with client and reason and nothing of the request', async (t) => {
  const own = await serverOf(t)
  await push(own, { scope: 'unheard.of', state: 'canary' })

  const [event, ...more] = await auditOf(own, 'authorize_refused')
  assert.deepEqual(more, [])
  assert.deepEqual([event?.clientId, event?.reason], ['c1', 'scope_unknown'])
  assert.doesNotMatch(JSON.stringify(event), /canary/)
})

test('[RQ-07] one client that floods gets 429 after its quota, while others push, and all of it leaves', async (t) => {
  const own = await serverOf(t)
  const flood = async (count: number, client: (typeof cast)['p1' | 'c1']) => {
    const answers = []
    for (let sent = 0; sent < count; sent += 50)
      answers.push(...(await Promise.all(Array.from({ length: 50 }, () => push(own, {}, client)))))

    return answers
  }

  const answers = await flood(400, cast.p1)
  const codes = answers.map(({ status }) => status)
  assert.equal(codes.filter((code) => code === 201).length, 300)
  assert.equal(codes.filter((code) => code === 429).length, 100)
  const refused = await push(own, {}, cast.p1)
  await assertRefused(refused, 429, 'temporarily_unavailable')
  assert.equal(refused.headers.get('retry-after'), '60')
  await taken(await push(own))
  const events = (await auditOf(own, 'authorize_refused')).filter((each) => each.reason === 'pushed_too_often')
  assert.ok(events.length >= 1 && events.length <= 50, 'a flood does not fill the audit')

  own.later(60)
  await taken(await push(own, {}, cast.p1))
  const kept = await Promise.all(
    answers.filter(({ status }) => status === 201).map(async (each) => idOf((await taken(each)).request_uri)),
  )
  const alive = async () =>
    (await Promise.all(kept.map((id) => own.store.findPushedRequest(id)))).filter(Boolean).length
  assert.equal(await alive(), 300)
  own.later(121)
  while ((await own.store.prune(own.clock.now(), 500)) > 0);
  assert.equal(await alive(), 0)
})

test('[RQ-07] who registers many clients has the quota of one place for all of them, whatever they can prove', async (t) => {
  const own = await startRegistration()
  t.after(own.close)
  const mine = [await own.register(webApp), await own.register(webApp), await own.register(nativeApp)]
  const answers = []
  for (let sent = 0; sent < 630; sent += 30)
    answers.push(
      ...(await Promise.all(
        Array.from({ length: 30 }, (_, at) => push(own, { scope: 'orders.read' }, mine[at % mine.length]!)),
      )),
    )

  const codes = answers.map(({ status }) => status)
  assert.deepEqual(
    [codes.filter((code) => code === 201).length, codes.filter((code) => code === 429).length],
    [600, 30],
  )
  await taken(await push(own))
  own.later(60)
  await taken(await push(own, { scope: 'orders.read' }, mine[0]))
})

test('[RQ-07] strangers who name a public client use up their own quota, not that of its users elsewhere', async (t) => {
  const own = await serverOf(t)
  const body = () => {
    const parameters = new URL(own.authorize({}, cast.p1).url).searchParams

    return new Request(`${own.issuer}/par`, { method: 'POST', body: parameters })
  }
  const from = (address: string) => own.server.fetch(body(), address)

  for (let sent = 0; sent < 300; sent += 50) await Promise.all(Array.from({ length: 50 }, () => from('198.51.100.9')))
  assert.equal((await from('198.51.100.9')).status, 429)
  assert.equal((await from('203.0.113.5')).status, 201)
})

test('[PAR-2-01] a page of another origin may push for a public client and read the answer', async () => {
  const answer = await as.send('/par', {
    method: 'POST',
    body: toForm(Object.fromEntries(new URL(as.authorize({}, cast.p1).url).searchParams)),
    headers: { origin: 'https://spa.example' },
  })

  assert.equal(answer.status, 201)
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
})
