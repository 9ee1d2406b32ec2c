import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { aProofKey, createClock } from 'hufu/testing'
import type { TrustedIssuerOptions } from 'hufu'
import * as cast from '../../support/fixtures.ts'
import { showing } from '../../support/proofs.ts'
import { assertRefused, assertTokens, auditOf, claimsOf, serverOf } from '../../support/token-oracles.ts'
import { createIssuer, jwtBearerGrant } from '../../support/trusted-issuer.ts'
import type { Fields } from '../../support/user-agent.ts'

const portal = {
  client_id: 'portal',
  client_secret: 'hufucanary_secret_of_portal_0123456789ab',
  grant_types: [jwtBearerGrant],
  scope: 'orders.read orders.write bills.read',
} as const

const other = { ...portal, client_id: 'other', client_secret: 'hufucanary_secret_of_other_0123456789abc' } as const

const tool = {
  client_id: 'tool',
  token_endpoint_auth_method: 'none',
  hufu_kind: 'native',
  grant_types: [jwtBearerGrant],
  scope: 'orders.read',
} as const

/** A server that trusts an identity provider for people, and a build system for one machine. */
async function begin(t: TestContext, changes: Partial<TrustedIssuerOptions> = {}) {
  const clock = createClock()
  const idp = createIssuer('https://idp.example', clock.now)
  const builds = createIssuer('https://builds.example', clock.now)
  const trustedIssuers: readonly TrustedIssuerOptions[] = [
    {
      issuer: idp.issuer,
      jwks: idp.jwks,
      clients: ['portal', 'tool'],
      subject: 'username',
      scopes: ['orders.read', 'bills.read'],
      resources: [cast.r1],
      ...changes,
    },
    {
      issuer: builds.issuer,
      jwks: builds.jwks,
      clients: ['portal'],
      subject: 'client',
      subjects: ['repo:shop/main'],
      scopes: ['orders.read'],
      resources: [cast.r1],
    },
  ]
  const as = await serverOf(t, { clock: clock.now, trustedIssuers })
  for (const metadata of [portal, other, tool]) {
    const saved = await as.server.saveClient(metadata)
    assert.ok(saved.ok, saved.ok ? '' : saved.error)
  }
  as.writes.length = 0
  const ask = (assertion: string, form: Fields = {}, client: cast.TestClient = portal, headers = {}) =>
    as.token({ grant_type: jwtBearerGrant, assertion, ...form }, client, headers)
  const later = (seconds: number) => clock.advance(seconds as Parameters<typeof clock.advance>[0])

  return { as, idp, builds, ask, later, clock }
}

const refuses = async (answer: Promise<Response>, id = 'HF-TOKEN-0271', error = 'invalid_grant') => {
  const refusal = await assertRefused(await answer, 400, error)
  assert.ok(refusal.error_description.startsWith(id), refusal.error_description)
}

test('[JCA-3.1-01] on the word of a trusted issuer a client gets a token for a person who is known here', async (t) => {
  // req: O21-4.4-01, JCA-4.1-01
  const { as, idp, ask } = await begin(t)
  const alice = claimsOf(await as.at())['sub']

  const tokens = await assertTokens(await ask(idp.say()))

  const { sub, client_id, aud, scope, auth_time } = claimsOf(tokens.access_token)
  assert.deepEqual(
    { sub, client_id, aud, scope, auth_time },
    { sub: alice, client_id: 'portal', aud: cast.r1, scope: 'orders.read', auth_time: undefined },
  )
  assert.equal(tokens.refresh_token, undefined)
  const metadata = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as {
    grant_types_supported: string[]
  }
  assert.ok(metadata.grant_types_supported.includes(jwtBearerGrant))
})

test('[GR-06] an assertion that is not wholly right, or not wholly understood, is refused and nothing is kept', async (t) => {
  // req: JCA-3.1-01
  const { as, idp, ask, clock } = await begin(t)
  const now = Math.floor(clock.now() / 1000)
  const wrong: readonly Readonly<Record<string, unknown>>[] = [
    { aud: [cast.issuer] },
    { aud: [cast.issuer, 'https://elsewhere.example'] },
    { aud: 'https://elsewhere.example' },
    { aud: `${cast.issuer}/token` },
    { aud: undefined },
    { iss: 'https://elsewhere.example' },
    { iss: `${idp.issuer}/` },
    { iss: undefined },
    { sub: undefined },
    { sub: '' },
    { sub: 7 },
    { jti: undefined },
    { jti: '' },
    { jti: 'j'.repeat(257) },
    { iat: undefined },
    { iat: now + 11 },
    { nbf: now + 11 },
    { exp: undefined },
    { exp: now + 3601 },
    { exp: 'soon' },
    { cnf: { jkt: 'a'.repeat(43) } },
    { cnf: {} },
    { authorization_details: [{ type: 'payment' }] },
    { act: { sub: 'somebody' } },
    { client_id: 'other' },
    { resource: 'https://elsewhere.example' },
    { resource: 7 },
    { scope: ['orders.read'] },
    { scope: 'orders.read  bills.read' },
  ]

  for (const claims of wrong) await refuses(ask(idp.say(claims)))
  for (const typ of ['at+jwt', 'dpop+jwt', 'client-authentication+jwt', 'logout+jwt', 'oauth-id-jag+jwt'])
    await refuses(ask(idp.say({}, idp.privateKey, { typ })))
  for (const text of ['nothing', 'e30.e30.', idp.say().replace(/[^.]*$/, ''), await as.at()]) await refuses(ask(text))
  await refuses(ask(idp.say(), { assertion: undefined }), 'HF-TOKEN-0270', 'invalid_request')
  await refuses(ask(idp.say(), { assertion: [idp.say(), idp.say()] }), 'HF-TOKEN-0223', 'invalid_request')
  assert.deepEqual(
    as.writes.filter((each) => each === 'commit' || each === 'useOnce'),
    ['commit'],
  )
  await assertTokens(await ask(idp.say({ client_id: 'portal', nbf: now + 10, exp: now + 3600 })))
})

test('[GR-06] an assertion is good once, whoever is faster', async (t) => {
  // req: JCA-3.1-01
  const { idp, ask, later } = await begin(t)
  const assertion = idp.say()

  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(assertion)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const answer of answers.filter(({ status }) => status !== 200))
    await refuses(Promise.resolve(answer), 'HF-TOKEN-0273')
  later(299)
  await refuses(ask(assertion), 'HF-TOKEN-0273')
  later(1)
  await refuses(ask(assertion), 'HF-TOKEN-0272')
  // A refusal uses nothing up.
  const second = idp.say({ jti: 'one' })
  await refuses(ask(second, { scope: 'orders.write' }), 'HF-AUTHZ-0131', 'invalid_scope')
  await assertTokens(await ask(second))
})

test('[GR-07] only the keys of the issuer count: not those of a client, not those of another issuer', async (t) => {
  const { as, idp, builds, ask } = await begin(t)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const saved = await as.server.saveClient({
    client_id: 'x-signing',
    grant_types: [jwtBearerGrant],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'orders.read',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'i1', alg: 'ES256' }] },
  })
  assert.ok(saved.ok)

  await refuses(ask(idp.say({}, privateKey)))
  await refuses(ask(idp.say({}, builds.privateKey)))
  await refuses(ask(builds.say({ sub: 'repo:shop/main' }, idp.privateKey)))
  await refuses(ask(idp.say({ iss: 'x-signing', sub: 'x-signing' }, privateKey)))
  await refuses(ask(idp.say({ iss: 'portal' })))
  await assertTokens(await ask(idp.say()))
})

test('[JCA-3.1-01] the subject is somebody here, by the rule of the issuer, and alive', async (t) => {
  const { as, idp, ask, later } = await begin(t)

  for (const sub of ['nobody', 'Alice', 'ａlice', 'alice ', 'm1', String(claimsOf(await as.at())['sub'])])
    await refuses(ask(idp.say({ sub })))
  const { access_token } = await assertTokens(await ask(idp.say()))
  assert.equal((await as.introspect(access_token))['active'], true)
  const before = idp.say()
  later(1)
  await as.server.saveAccount({ ...cast.alice, password: 'hufucanary_other_password_of_alice' })
  assert.equal((await as.introspect(access_token))['active'], false)
  await refuses(ask(before))
  later(1)
  await assertTokens(await ask(idp.say()))
})

test('[JCA-3.1-01] an issuer that knows the accounts of this server names them by their id', async (t) => {
  const { as, idp, ask } = await begin(t, { subject: 'account' })
  const sub = claimsOf(await as.at())['sub']

  assert.equal(claimsOf((await assertTokens(await ask(idp.say({ sub })))).access_token)['sub'], sub)
  await refuses(ask(idp.say({ sub: 'alice' })))
  await refuses(ask(idp.say({ sub: '0'.repeat(32) })))
})

test('[JCA-3.1-01] a machine is who brings the assertion, never a person, and only the machines that are named', async (t) => {
  // req: GR-02
  const { as, builds, ask } = await begin(t)
  const { access_token } = await assertTokens(await ask(builds.say({ sub: 'repo:shop/main' })))

  assert.equal(claimsOf(access_token)['sub'], 'portal')
  for (const sub of ['repo:shop/other', 'repo:shop/main2', 'alice', String(claimsOf(await as.at())['sub'])])
    await refuses(ask(builds.say({ sub })))
})

test('[JCA-4.1-01] no more than the issuer, the registration and the assertion say, and no refresh token', async (t) => {
  const { idp, ask } = await begin(t)

  await refuses(ask(idp.say(), { scope: 'orders.write' }), 'HF-AUTHZ-0131', 'invalid_scope')
  await refuses(ask(idp.say(), { scope: 'offline_access' }), 'HF-AUTHZ-0131', 'invalid_scope')
  await refuses(ask(idp.say({ scope: 'bills.read' }), { scope: 'orders.read' }), 'HF-AUTHZ-0131', 'invalid_scope')
  // The rule names the scope of R2, yet not R2 itself.
  await refuses(ask(idp.say(), { resource: cast.r2 }), 'HF-TOKEN-0227', 'invalid_target')
  await refuses(ask(idp.say({ resource: cast.r2 })), 'HF-TOKEN-0227', 'invalid_target')
  const narrow = await assertTokens(await ask(idp.say({ scope: 'orders.read', resource: [cast.r1, cast.r2] })))
  assert.deepEqual([narrow.scope, narrow.refresh_token], ['orders.read', undefined])
})

test('[JCA-4.1-01] a token does not go on for long after its assertion', async (t) => {
  const { as, idp, ask, clock } = await begin(t)
  const now = Math.floor(clock.now() / 1000)
  const saved = await as.server.saveClient({ ...portal, hufu_access_token_lifetime: 86_400 })
  assert.ok(saved.ok)

  const lifetime = async (exp: number) => (await assertTokens(await ask(idp.say({ exp })))).expires_in

  assert.equal(await lifetime(now + 60), 360)
  assert.equal(await lifetime(now + 3600), 3900)
})

test('[JCA-3.1-01] a client authenticates as always, is registered for the grant, and is one the issuer is trusted for', async (t) => {
  // req: GR-01
  const { as, idp, ask } = await begin(t)
  const wrongSecret = { ...portal, client_secret: 'hufucanary_wrong' }

  await assertRefused(await ask(idp.say(), {}, wrongSecret), 401, 'invalid_client')
  await assertRefused(await ask(idp.say(), {}, cast.c1), 400, 'unauthorized_client')
  await refuses(ask(idp.say(), {}, other))
  await assertRefused(await ask(idp.say(), {}, tool), 400, 'unauthorized_client')
  assert.deepEqual((await auditOf(as)).at(-1)?.reason, 'client_not_confidential')
  const nameless = await as.send('/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: jwtBearerGrant, assertion: idp.say() }),
  })
  await assertRefused(nameless, 400, 'invalid_request')
})

test('[JCA-3.1-01] a public client may bring assertions only where the issuer’s entry says so, and learns no details', async (t) => {
  const { idp, ask } = await begin(t, { publicClients: true })

  await assertTokens(await ask(idp.say(), {}, tool))
  const refusal = await assertRefused(await ask(idp.say({ exp: 1 }), {}, tool), 400, 'invalid_grant')
  assert.match(refusal.error_description, /^HF-TOKEN-0271 /)
})

test('[JCA-3.1-01] a client that knows people by names of its own gets none by an assertion', async (t) => {
  const { as, idp, builds, ask } = await begin(t)
  assert.ok((await as.server.saveClient({ ...portal, subject_type: 'pairwise' })).ok)

  await refuses(ask(idp.say()))
  await assertTokens(await ask(builds.say({ sub: 'repo:shop/main' })))
})

test('[JCA-3.1-01] without a trusted issuer there is no such grant', async (t) => {
  const as = await serverOf(t)
  const form = { grant_type: jwtBearerGrant, assertion: 'e30.e30.' }

  await assertRefused(await as.token(form, cast.c1), 400, 'unsupported_grant_type')
  const saved = await as.server.saveClient(portal)
  assert.ok(!saved.ok && saved.error.startsWith('grant_types'))
})

test('[GR-06] an assertion for who holds a key needs a proof of that key', async (t) => {
  const { as, idp, ask } = await begin(t)
  const [key, stranger] = [aProofKey(), aProofKey()]
  const assertion = () => idp.say({ cnf: { jkt: key.thumbprint } })

  await refuses(ask(assertion()))
  await refuses(ask(assertion(), {}, portal, showing(as, stranger)))
  const bound = (await (await ask(assertion(), {}, portal, showing(as, key))).json()) as { access_token: string }
  assert.deepEqual(claimsOf(bound.access_token)['cnf'], { jkt: key.thumbprint })
  const more = idp.say({ cnf: { jkt: key.thumbprint, 'x5t#S256': 'a' } })
  await refuses(ask(more, {}, portal, showing(as, key)))
})

test('[JCA-3.1-01] the audit says on whose word a token was issued, and why one was not', async (t) => {
  const { as, idp, ask } = await begin(t)
  await ask(idp.say())
  await ask(idp.say({ sub: 'nobody' }))

  const [done, refused] = (await auditOf(as)).slice(-2)

  assert.deepEqual(
    [done?.type, done?.reason, done?.clientId, done?.resource],
    ['token_issued', idp.issuer, 'portal', cast.r1],
  )
  assert.deepEqual([refused?.type, refused?.reason], ['token_refused', 'assertion_subject_unknown'])
})
