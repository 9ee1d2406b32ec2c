import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { anEvent } from 'hufu/testing'
import { signJws } from '../../../src/jose/jws.ts'
import { createSigningClient, jwtBearer } from '../../support/assertion.ts'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, serverOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields } from '../../support/user-agent.ts'

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
const { client_id: id, client_secret: secret } = cast.c1
const unknownToken = { grant_type: 'refresh_token', refresh_token: 'x' }

/** Asks one of the endpoints that know their clients, with exactly this. */
const ask = (as: TestServer, path: string, form: Fields, headers: Readonly<Record<string, string>> = {}) =>
  as.send(path, { method: 'POST', body: toForm({ ...unknownToken, token: 'x', ...form }), headers })

/** That the client was believed; what it asked for is not the matter. */
async function assertBelieved(as: TestServer, form: Fields, headers = {}, why = ''): Promise<void> {
  await assertRefused(await ask(as, '/token', form, headers), 400, 'invalid_grant', why)
}

const everywhere = ['/token', '/revoke', '/introspect']

test('[CA-01] two ways of client authentication in one request are invalid_request, each pair of them', async (t) => {
  // req: O21-2.4-05, R4
  const as = await serverOf(t)
  const ways: readonly (readonly [Fields, Record<string, string>])[] = [
    [{}, basic(id, secret)],
    [{ client_secret: secret }, {}],
    [{ client_assertion: 'x.y.z', client_assertion_type: jwtBearer }, {}],
  ]
  for (const path of everywhere) {
    for (const [at, [form, headers]] of ways.entries()) {
      for (const [otherForm, otherHeaders] of ways.slice(at + 1)) {
        const both = { client_id: id, ...form, ...otherForm }
        await assertRefused(await ask(as, path, both, { ...headers, ...otherHeaders }), 400, 'invalid_request')
      }
    }
    const twoHeaders = `${basic(id, secret).authorization}, ${basic('c2', 'x').authorization}`
    await assertRefused(await ask(as, path, {}, { authorization: twoHeaders }), 400, 'invalid_request')
    const twoAssertions = { client_assertion: ['x.y.z', 'x.y.z'], client_assertion_type: jwtBearer }
    await assertRefused(await ask(as, path, twoAssertions), 400, 'invalid_request')
  }
  assert.deepEqual(as.writes, [])
})

test('[CA-02] a client is held to the one method it is registered with', async (t) => {
  // req: O21-3.2.1-01, O21-2.4-01, O21-2.2-01
  const as = await serverOf(t)
  const j1 = createSigningClient('j1', as.issuer, as.clock.now)
  assert.ok((await as.server.saveClient(j1.metadata)).ok)
  as.writes.length = 0
  const { client_id: postId, client_secret: posted } = cast.c2

  for (const path of everywhere) {
    for (const [form, headers] of [
      [{ client_id: id }, {}],
      [{ client_id: id, client_secret: secret }, {}],
      [{ client_id: id, client_assertion: 'x.y.z', client_assertion_type: jwtBearer }, {}],
      [{ client_id: postId }, {}],
      [{}, basic(postId, posted)],
      [{ client_id: 'j1' }, {}],
      [{ client_id: 'j1', client_secret: secret }, {}],
      [{}, basic('j1', secret)],
    ] as const)
      await assertRefused(await ask(as, path, form, headers), 401, 'invalid_client', JSON.stringify(form))
  }
  assert.deepEqual(as.writes, [])
})

test('[O21-2.4.1-01] a secret is taken from the body, and from Basic for the clients that are used to it', async (t) => {
  // req: L20-6749-2.3.1-01, BCP-2.5-01
  const as = await serverOf(t)

  await assertBelieved(as, proofOf(cast.c2).form)
  await assertBelieved(as, {}, basic(id, secret))
  await assertBelieved(as, { client_id: id }, basic(id, secret))
})

test('[CA-03] Basic is decoded in the order it was made: base64, first colon, then each half as a form value', async (t) => {
  // req: O21-2.4.1-03, O21-B-01
  const as = await serverOf(t)
  const odd = { ...cast.c1, client_id: 'odd:id+%/&=', client_secret: ': +%&=~*()/\\"<>aB9 2%41 d+e:f%%-_.!' }
  assert.ok((await as.server.saveClient(odd)).ok)
  const encoded = [odd.client_id, odd.client_secret].map((each) => new URLSearchParams({ a: each }).toString().slice(2))

  await assertBelieved(as, {}, basic(encoded[0]!, encoded[1]!))
  await assertBelieved(
    as,
    {},
    { authorization: basic(encoded[0]!, encoded[1]!).authorization.replace('Basic', 'bAsIc') },
  )
  await assertRefused(await ask(as, '/token', {}, basic(odd.client_id, odd.client_secret)), 401, 'invalid_client')
})

test('[CA-03] a malformed Authorization header is invalid_client with a challenge, never a fault', async (t) => {
  // req: O21-3.2.4-02, O21-A-01
  const as = await serverOf(t)
  const encode = (text: string | Uint8Array) => `Basic ${Buffer.from(text).toString('base64')}`
  const malformed = [
    'Basic',
    'Basic ',
    'Basic !!!!',
    `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')} x`,
    encode(id),
    encode(':'),
    encode(`:${secret}`),
    encode(`${id}:`),
    encode(`%zz:${secret}`),
    encode(`${id}:%`),
    encode(`${id}%00:${secret}`),
    encode(`${id}\u0000:${secret}`),
    encode(`${id}\r\n:${secret}`),
    encode('%ED%A0%80:x'),
    encode(new Uint8Array([0xff, 0x3a, 0xfe])),
    encode(`${'a'.repeat(9000)}:x`),
    `Bearer ${secret}`,
    'Digest username=c1',
    'Negotiate',
    '=',
  ]
  for (const path of everywhere) {
    for (const authorization of malformed)
      await assertRefused(await ask(as, path, {}, { authorization }), 401, 'invalid_client', authorization)
  }
  assert.deepEqual(as.writes, [])
})

test('[CA-03] client_id beside the Authorization header has to name the same client', async (t) => {
  const as = await serverOf(t)

  await assertRefused(await ask(as, '/token', { client_id: 'c2' }, basic(id, secret)), 401, 'invalid_client')
})

test('[CA-04] an empty secret opens nothing, and a client without a secret cannot be entered by one', async (t) => {
  // req: O21-3.2-04
  const as = await serverOf(t)
  const stored = (await as.store.findClient(id as never))!
  await as.store.saveClient({ ...stored, id: 'bare' as typeof stored.id, secrets: [] }, anEvent())

  for (const [form, headers] of [
    [{ client_id: 'c2', client_secret: '' }, {}],
    [{}, basic(id, '')],
    [{}, basic('p1', '')],
    [{}, basic('bare', '')],
    [{}, basic('bare', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')],
    [{ client_id: 'bare', client_secret: '' }, {}],
    [{ client_id: 'bare' }, {}],
  ] as const)
    await assertRefused(await ask(as, '/token', form, headers), 401, 'invalid_client', JSON.stringify(form))
  // Empty is absent (requirements 3.2), so this says no more than that it is P1.
  await assertBelieved(as, { client_id: 'p1', client_secret: '' })
})

test('[O21-3.2.2-03] authentication that is present is verified, though the client needs none', async (t) => {
  const as = await serverOf(t)

  for (const path of everywhere) {
    await assertRefused(await ask(as, path, { client_id: 'p1', client_secret: 'x' }), 401, 'invalid_client')
    await assertRefused(await ask(as, path, {}, basic('p1', 'x')), 401, 'invalid_client')
    const assertion = { client_id: 'p1', client_assertion: 'x.y.z', client_assertion_type: jwtBearer }
    await assertRefused(await ask(as, path, assertion), 401, 'invalid_client')
  }
})

test('[O21-3.2.4-02] failed client authentication is 401 with a challenge, whichever method failed and why', async (t) => {
  // req: R5, CA-12, INT-2.3-01, REV-2.1-01
  const as = await serverOf(t)
  await as.disable(cast.x)
  const attempts: readonly (readonly [Fields, Record<string, string>])[] = [
    [{}, basic('nobody', secret)],
    [{}, basic(id, `${secret}x`)],
    [{}, basic('x', cast.x.client_secret)],
    [{}, basic('c2', cast.c2.client_secret)],
    [{ client_id: 'c2', client_secret: 'wrong' }, {}],
    [{ client_id: 'nobody' }, {}],
    [{ client_id: 'nobody', client_secret: 'wrong' }, {}],
    [{ client_assertion: 'x.y.z', client_assertion_type: jwtBearer }, {}],
    [
      { client_assertion: 'x.y.z', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
      {},
    ],
  ]
  const bodies = new Set<string>()
  for (const path of everywhere) {
    for (const [form, headers] of attempts)
      bodies.add(JSON.stringify(await assertRefused(await ask(as, path, form, headers), 401, 'invalid_client')))
  }

  assert.equal(bodies.size, 1, 'all failures look the same')
})

test('[O21-4.1.3-02] a request that names no client at all is invalid_request', async (t) => {
  // req: R11, O21-4.3.1-02
  const as = await serverOf(t)

  for (const path of everywhere) await assertRefused(await ask(as, path, {}), 400, 'invalid_request')
})

test('[CA-11] twenty wrong secrets in a minute, wherever they are sent, and the client waits; from elsewhere it goes on', async (t) => {
  // req: O21-2.4.1-04, REV-5-01, IN-01, O21-7.7-02
  const as = await serverOf(t)
  const attempt = (given: string, address: string, path = '/token') =>
    as.server.fetch(
      new Request(`${as.issuer}${path}`, {
        method: 'POST',
        body: toForm({ ...unknownToken, token: 'x' }),
        headers: basic(id, given),
      }),
      address,
    )
  for (let count = 0; count < 20; count++) {
    const path = everywhere[count % 3]
    await assertRefused(await attempt(`wrong ${count}`, '203.0.113.5', path), 401, 'invalid_client')
  }

  for (const path of everywhere) {
    const refused = await attempt(secret, '203.0.113.5', path)
    assert.equal(refused.headers.get('retry-after'), '60')
    await assertRefused(refused, 429, 'temporarily_unavailable')
  }
  await assertRefused(await attempt(secret, '203.0.113.6'), 400, 'invalid_grant', 'the real client, elsewhere')
  as.clock.advance(59 as Parameters<typeof as.clock.advance>[0])
  await assertRefused(await attempt(secret, '203.0.113.5'), 429, 'temporarily_unavailable')
  as.clock.advance(1 as Parameters<typeof as.clock.advance>[0])
  await assertRefused(await attempt(secret, '203.0.113.5'), 400, 'invalid_grant', 'a minute later')
})

test('[CA-11] of a hundred wrong secrets at once no more than twenty are looked at', async (t) => {
  const as = await serverOf(t)

  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, at) => ask(as, '/token', {}, basic(id, `wrong ${at}`))),
  )

  assert.equal(answers.filter((each) => each.status === 401).length, 20)
  assert.equal(answers.filter((each) => each.status === 429).length, 80)
})

test('[CA-11] however many requests with the right secret come at one moment, none is taken for a guess', async (t) => {
  const as = await serverOf(t)

  const answers = await Promise.all(Array.from({ length: 300 }, () => ask(as, '/token', {}, basic(id, secret))))

  assert.equal(answers.filter((each) => each.status === 429).length, 0)
})

test('[CA-13] two secrets overlap; the old one ends on the second it was given, or at once when it is taken away', async (t) => {
  const as = await serverOf(t)
  const next = 'hufucanary_next_secret_of_c1_0123456789'
  const [old] = (await as.store.findClient(id as never))!.secrets
  assert.ok((await as.server.saveClient({ ...cast.c1, client_secret: next })).ok)
  const client = (await as.store.findClient(id as never))!
  const expiresAt = (as.clock.now() + 3_600_000) as NonNullable<(typeof client)['createdAt']>
  await as.store.saveClient({ ...client, secrets: [...client.secrets, { ...old!, expiresAt }] }, anEvent())

  await assertBelieved(as, {}, basic(id, secret))
  await assertBelieved(as, {}, basic(id, next))
  as.clock.advance(3599 as never)
  await assertBelieved(as, {}, basic(id, secret))
  as.clock.advance(1 as never)
  await assertRefused(await ask(as, '/token', {}, basic(id, secret)), 401, 'invalid_client')
  await assertBelieved(as, {}, basic(id, next))
  await as.store.saveClient({ ...client, secrets: [] }, anEvent())
  await assertRefused(await ask(as, '/token', {}, basic(id, next)), 401, 'invalid_client')
})

test('[CA-05] an assertion is for the issuer alone, as one string', async (t) => {
  // req: O21-2.4-03, JCA-3-05, D8, R3
  const as = await serverOf(t)
  const j1 = createSigningClient('j1', as.issuer, as.clock.now)
  assert.ok((await as.server.saveClient(j1.metadata)).ok)
  as.writes.length = 0
  const job = { grant_type: 'client_credentials' }

  for (const aud of [
    `${as.issuer}/token`,
    `${as.issuer}/`,
    `${as.issuer}/introspect`,
    [as.issuer],
    [as.issuer, 'https://other.example'],
    'https://other.example',
    as.issuer.toUpperCase(),
    '',
    undefined,
    { aud: as.issuer },
  ])
    await assertRefused(
      await ask(as, '/token', { ...job, ...j1.prove({ aud }) }),
      401,
      'invalid_client',
      JSON.stringify(aud),
    )
  assert.deepEqual(as.writes, [])
  await assertTokens(await ask(as, '/token', { ...job, ...j1.prove() }))
})

test('[BCU-2.1-02] at every endpoint for clients the issuer is the audience of an assertion, and no address is', async (t) => {
  const as = await serverOf(t, { features: { deviceGrant: true } })
  const j1 = createSigningClient('j1', as.issuer, as.clock.now)
  assert.ok((await as.server.saveClient({ ...j1.metadata, hufu_resources: [cast.r1] })).ok)

  for (const path of [...everywhere, '/par', '/device_authorization']) {
    const audiences = [as.issuer + path, `${as.issuer}/token`, 'https://other.example']
    for (const aud of audiences)
      await assertRefused(await ask(as, path, j1.prove({ aud })), 401, 'invalid_client', path)

    assert.notEqual((await ask(as, path, j1.prove())).status, 401, path)
  }
})

test('[CA-06] one assertion is good once, at all endpoints together, however many at once', async (t) => {
  // req: JCA-3-07
  const as = await serverOf(t)
  const j1 = createSigningClient('j1', as.issuer, as.clock.now)
  assert.ok((await as.server.saveClient({ ...j1.metadata, hufu_resources: [cast.r1] })).ok)
  const assertion = j1.prove()

  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      ask(as, everywhere[at % 3]!, { grant_type: 'client_credentials', ...assertion }),
    ),
  )

  assert.equal(answers.filter((each) => each.status === 200).length, 1)
  assert.equal(answers.filter((each) => each.status === 401).length, 49)
})

test('[CA-07] an assertion names itself, its client twice and its end within five minutes, and is signed by its client', async (t) => {
  // req: JCA-3-01, JCA-3-06, JCA-3.2-01, JCA-4.2-01, O21-2.4.2-01
  const as = await serverOf(t)
  const j1 = createSigningClient('j1', as.issuer, as.clock.now)
  assert.ok((await as.server.saveClient(j1.metadata)).ok)
  as.writes.length = 0
  const now = as.clock.now() / 1000
  const job = { grant_type: 'client_credentials' }
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

  for (const claims of [
    { exp: undefined },
    { exp: now },
    { exp: now + 31_536_000 },
    { exp: now + 301 },
    { exp: 'soon' },
    { iat: now + 61 },
    { nbf: now + 61 },
    { iss: 'c1' },
    { sub: 'c1' },
    { sub: undefined },
    { iss: undefined },
    { jti: undefined },
    { jti: '' },
    { jti: 7 },
    { jti: 'x'.repeat(10_240) },
  ])
    await assertRefused(
      await ask(as, '/token', { ...job, ...j1.prove(claims) }),
      401,
      'invalid_client',
      JSON.stringify(claims).slice(0, 80),
    )
  await assertRefused(await ask(as, '/token', { ...job, ...j1.prove({}, stranger) }), 401, 'invalid_client')
  await assertRefused(await ask(as, '/token', { ...job, ...j1.prove(), client_id: 'm1' }), 401, 'invalid_client')
  const otherType = { ...j1.prove(), client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }
  await assertRefused(await ask(as, '/token', { ...job, ...otherType }), 401, 'invalid_client')
  await assertRefused(await ask(as, '/token', { ...job, client_assertion_type: jwtBearer }), 401, 'invalid_client')
  assert.deepEqual(as.writes, [])
  await assertTokens(await ask(as, '/token', { ...job, ...j1.prove({ exp: now + 300 }), client_id: 'j1' }))
})

test('[RT-07] a disabled client gets nothing from any endpoint from then on', async (t) => {
  // req: O21-4.3.1-03
  const as = await serverOf(t)
  const { refresh_token, access_token } = await as.tokens()
  const code = await as.code()
  await as.disable(cast.c1)

  await assertRefused(await as.token({ grant_type: 'refresh_token', refresh_token }), 401, 'invalid_client')
  await assertRefused(await as.redeem(code), 401, 'invalid_client')
  for (const path of everywhere)
    await assertRefused(
      await ask(as, path, { token: access_token }, proofOf(cast.c1 as TestClient).headers),
      401,
      'invalid_client',
    )
  assert.deepEqual(await as.introspect(access_token), { active: false })
})

test('[FAPI-5.4.1-01] with the profile fapi2 an RS256 assertion is invalid_client, and discovery does not offer it', async (t) => {
  const as = await serverOf(t, { profile: 'fapi2' })
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const metadata = createSigningClient('rs', as.issuer, as.clock.now).metadata
  const iat = as.clock.now() / 1000

  async function present(alg: 'RS256' | 'PS256'): Promise<string> {
    const jwk = { ...key.publicKey.export({ format: 'jwk' }), kid: 'k', alg }
    const another = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'EdDSA' }
    assert.ok((await as.server.saveClient({ ...metadata, client_id: alg, jwks: { keys: [jwk, another] } })).ok)
    const claims = { iss: alg, sub: alg, aud: as.issuer, iat, exp: iat + 60, jti: alg }
    const client_assertion = signJws({}, claims, { kid: 'k', alg, key: key.privateKey })
    const answer = await as.send('/token', {
      method: 'POST',
      body: toForm({ grant_type: 'client_credentials', client_assertion_type: jwtBearer, client_assertion }),
    })
    return ((await answer.json()) as { error: string }).error
  }
  const offered = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>

  assert.equal(await present('RS256'), 'invalid_client')
  // It was believed: what is missing now is the proof of the key that its token shall be bound to.
  assert.equal(await present('PS256'), 'invalid_dpop_proof')
  assert.deepEqual(offered['token_endpoint_auth_signing_alg_values_supported'], ['ES256', 'PS256', 'EdDSA'])
})
