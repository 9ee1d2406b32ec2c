import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { addSeconds, instant, seconds, toEpochSeconds } from '../base/time.ts'
import { signJws, type SigningKey } from '../jose/jws.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { createAuthorizationServer } from './authorization-server.ts'

const issuer = 'http://127.0.0.1:8080'
const resource = 'https://orders.example/'
let now = instant(Date.now())
const store = openSqlite({ file: ':memory:' })
const server = createAuthorizationServer({
  issuer,
  store,
  secret: randomBytes(32).toString('base64url'),
  development: true,
  clock: () => now,
  resources: [{ resource, scopes: ['orders.read'] }],
  scopes: [{ name: 'orders.read', title: 'Read orders' }],
})

/** The site of a client that publishes its keys. */
const published: { keys: object[] } = { keys: [] }
let asked = 0
const site = createServer((_request, response) => {
  asked += 1
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(published))
})
await new Promise<void>((done) => site.listen(0, '127.0.0.1', done))
after(async () => {
  site.close()
  await server.close()
  await store.close()
})

const aKey = (kid: string): SigningKey => ({
  kid,
  alg: 'ES256',
  key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
})
const jwkOf = ({ kid, alg, key }: SigningKey) => ({ ...createPublicKey(key).export({ format: 'jwk' }), kid, alg })

async function register(clientId: string, keys: object): Promise<void> {
  const saved = await server.saveClient({
    client_id: clientId,
    client_name: 'Nightly report',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'orders.read',
    hufu_kind: 'service',
    ...keys,
  })
  assert.ok(saved.ok, saved.ok ? '' : saved.error)
}

function assertionOf(clientId: string, key: SigningKey, claims: object = {}): string {
  const iat = toEpochSeconds(now)
  const usual = { iss: clientId, sub: clientId, aud: issuer, iat, exp: iat + 60, jti: randomUUID() }

  return signJws({ typ: 'client-authentication+jwt' }, { ...usual, ...claims }, key)
}

async function ask(assertion: string, more: Record<string, string> = {}): Promise<{ status: number; error: unknown }> {
  const response = await server.fetch(
    new Request(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        ...more,
      }),
    }),
  )
  const body = (await response.json()) as { error?: string }

  return { status: response.status, error: body.error }
}

const believed = { status: 200, error: undefined }
const refused = { status: 401, error: 'invalid_client' }

test('[JCA-4.2-01] a client that signs gets its token, and client_id beside the assertion must be its own', async () => {
  const key = aKey('one')
  await register('job', { jwks: { keys: [jwkOf(key)] } })

  assert.deepEqual(await ask(assertionOf('job', key)), believed)
  assert.deepEqual(await ask(assertionOf('job', key), { client_id: 'job' }), believed)
  assert.deepEqual(await ask(assertionOf('job', key), { client_id: 'another' }), refused)
  assert.deepEqual(await ask(assertionOf('job', aKey('one'))), refused)
  assert.deepEqual(await ask(assertionOf('job', key, { aud: `${issuer}/token` })), refused)
})

test('[CA-06] one assertion gets one token, however often and at whatever moment it is sent', async () => {
  // req: JCA-3-07
  const key = aKey('one')
  await register('replayed', { jwks: { keys: [jwkOf(key)] } })
  const assertion = assertionOf('replayed', key)

  const outcomes = await Promise.all(Array.from({ length: 50 }, () => ask(assertion)))

  assert.equal(outcomes.filter(({ status }) => status === 200).length, 1)
  assert.equal(outcomes.filter(({ status, error }) => status === 401 && error === 'invalid_client').length, 49)
  assert.deepEqual(await ask(assertion), refused)
})

test('[JCA-jwks-01] a client that publishes its keys is believed by them, and a new one is found when it is used', async () => {
  const { port } = site.address() as AddressInfo
  const [key, next] = [aKey('one'), aKey('two')]
  published.keys = [jwkOf(key)]
  await register('publishing', { jwks_uri: `http://127.0.0.1:${port}/jwks.json` })

  assert.deepEqual(await ask(assertionOf('publishing', key)), believed)
  assert.deepEqual(await ask(assertionOf('publishing', key)), believed)
  assert.deepEqual(await ask(assertionOf('publishing', next)), refused)
  assert.equal(asked, 1)

  published.keys = [jwkOf(next)]
  now = addSeconds(now, seconds(30))
  assert.deepEqual(await ask(assertionOf('publishing', next)), believed)
  assert.deepEqual(await ask(assertionOf('publishing', key)), refused)
  assert.equal(asked, 2)
})
