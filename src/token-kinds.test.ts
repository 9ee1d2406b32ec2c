import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { seconds } from './base/time.ts'
import { checkClientAssertion } from './client-auth/private-key-jwt.ts'
import { readIdToken } from './endpoints/id-token.ts'
import { createGuard } from './guard/guard.ts'
import { createKeyRing } from './keys/key-ring.ts'
import { rotationPolicy } from './keys/rotation.ts'
import { auditEvent } from './ports/audit.ts'
import type { Subject } from './protocol/account.ts'
import type { SessionId } from './protocol/authorization.ts'
import { describeLogoutToken } from './protocol/back-channel.ts'
import type { ClientId, ClientKey } from './protocol/client.ts'
import { openSqlite } from './store/sqlite/index.ts'
import { aClient, aHash, morning, seededRandom } from './testing/index.ts'

/** As bad as it can be: the server, the API and the client share a name, a key and every claim; only the kind differs. */
const name = 'https://one.example'
const now = morning / 1000
const sharedClaims = {
  iss: name,
  sub: name,
  aud: name,
  client_id: name,
  exp: now + 60,
  iat: now,
  jti: 'one',
  scope: 'orders.read',
}

const store = openSqlite({ file: ':memory:' })
const ring = await createKeyRing({
  store,
  secret: randomBytes(32),
  now: () => morning,
  policy: rotationPolicy(seconds(600)),
  describe: (type) =>
    auditEvent(
      { now: () => morning, random: seededRandom(1) },
      { address: undefined, requestId: undefined },
      type,
      'done',
    ),
})
const guard = createGuard({
  issuer: name,
  resource: name,
  now: () => morning,
  fetch: async (url) =>
    Response.json(url === `${name}/jwks` ? ring.jwks() : { issuer: name, jwks_uri: `${name}/jwks` }),
})
const jwk = ring.jwks().keys[0]!
const key: ClientKey = { kid: String(jwk['kid']), alg: 'ES256', jwk }
const client = aClient({ id: name as ClientId, authMethod: 'private_key_jwt', secrets: [], keys: [key] })

const kinds = [
  'at+jwt',
  'client-authentication+jwt',
  'JWT',
  'dpop+jwt',
  'logout+jwt',
  'oauth-authz-req+jwt',
  'oauth-id-jag+jwt',
  'statuslist+jwt',
  'token-introspection+jwt',
]

/** For a client whose id is the name of the server. */
const aLogoutToken = describeLogoutToken({
  issuer: name,
  clientId: name as ClientId,
  subject: 'li.wei' as Subject,
  sessionId: aHash<SessionId>(),
  now: morning,
})

type Verifier = (jwt: string) => Promise<boolean>

const verifiers: Readonly<Record<string, Verifier>> = {
  guard: async (jwt) => {
    const header = (field: string) => (field === 'authorization' ? `Bearer ${jwt}` : undefined)
    return (await guard.admit({ method: 'GET', url: '/', header })).ok
  },
  'ID token hint': async (jwt) => (await readIdToken(jwt, { signer: ring, settings: { issuer: name } })) !== undefined,
  introspection: async (jwt) => (await ring.verify(jwt, 'at+jwt')) !== undefined,
  'client authentication': async (jwt) => checkClientAssertion(jwt, client, { issuer: name, now: morning }).ok,
}

async function acceptedKinds(verify: Verifier, claims: Record<string, unknown>): Promise<string[]> {
  const outcomes = await Promise.all(
    kinds.map(async (kind) => ({ kind, ok: await verify(await ring.sign(claims, kind)) })),
  )

  return outcomes.filter(({ ok }) => ok).map(({ kind }) => kind)
}

test('[JWT-3.12-01] with keys and claims all alike, every verifier takes its own kind of JWT and no other', async () => {
  // req: JW-07, JWT-3.11-01, JAT-4-01
  assert.deepEqual(await acceptedKinds(verifiers['guard']!, sharedClaims), ['at+jwt'])
  assert.deepEqual(await acceptedKinds(verifiers['introspection']!, sharedClaims), ['at+jwt'])
  // What may not be refused for lack of a typ of its own (requirements JCA-3-11) is told apart by its claims, below.
  assert.deepEqual(await acceptedKinds(verifiers['client authentication']!, sharedClaims), [
    'client-authentication+jwt',
    'JWT',
  ])
})

test('[JWT-3.12-01] an ID token, an authorization response and a request object are no client assertions, for their claims', async () => {
  // req: JCA-3-01
  const idToken = { ...sharedClaims, iss: name, sub: 'li.wei', aud: client.id }
  const authorizationResponse = { iss: name, aud: client.id, exp: now + 60, code: 'hac_x', state: 'x' }
  const requestObject = {
    iss: client.id,
    aud: name,
    exp: now + 60,
    jti: 'one',
    client_id: client.id,
    scope: 'orders.read',
  }

  for (const claims of [idToken, authorizationResponse, requestObject, aLogoutToken]) {
    assert.deepEqual(await acceptedKinds(verifiers['client authentication']!, claims), [])
  }
})

test('[OUT-BC-2.4-01] a logout token is taken by no verifier of ours, and its claims alone make no ID token', async () => {
  // req: JW-07, RS-02
  const { nonce } = aLogoutToken as { readonly nonce?: unknown }

  for (const [who, verify] of Object.entries(verifiers))
    assert.equal(await verify(await ring.sign(aLogoutToken, 'logout+jwt')), false, who)
  assert.deepEqual(await acceptedKinds(verifiers['ID token hint']!, aLogoutToken), [])
  assert.deepEqual(await acceptedKinds(verifiers['ID token hint']!, { ...sharedClaims, auth_time: now }), ['JWT'])
  assert.equal(nonce, undefined)
})
