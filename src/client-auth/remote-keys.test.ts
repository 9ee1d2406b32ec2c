import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { accept, refuse } from '../base/result.ts'
import { seconds } from '../base/time.ts'
import { signJws, type SigningKey } from '../jose/jws.ts'
import type { FetchDocument } from '../ports/fetch-document.ts'
import type { ClientId } from '../protocol/client.ts'
import { aClient, createClock } from '../testing/index.ts'
import { checkRemoteAssertion } from './private-key-jwt.ts'
import { createRemoteKeys } from './remote-keys.ts'

const issuer = 'https://as.example'
const jwksUri = 'https://client.example/jwks.json'
const remoteClient = (id = 'nightly-report') =>
  aClient({ id: id as ClientId, authMethod: 'private_key_jwt', secrets: [], jwksUri })

function aSigningKey(kid: string): SigningKey {
  return { kid, alg: 'ES256', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }
}
const jwkOf = ({ kid, alg, key }: SigningKey) => ({ ...createPublicKey(key).export({ format: 'jwk' }), kid, alg })

/** A server of the client: what it publishes may be changed, and how often it was asked is counted. */
function setUp(...keys: SigningKey[]) {
  const clock = createClock()
  const site = {
    jwks: { keys: keys.map(jwkOf) } as unknown,
    down: false,
    asked: 0,
    held: undefined as Promise<void> | undefined,
  }
  const fetch: FetchDocument = async () => {
    site.asked += 1
    await site.held
    return site.down
      ? refuse('unreachable')
      : accept({ bytes: Buffer.from(JSON.stringify(site.jwks)), freshFor: undefined })
  }
  const remote = createRemoteKeys({ fetch, now: clock.now })
  const check = async (key: SigningKey, client = remoteClient()) => {
    const now = clock.now() / 1000
    const claims = { iss: client.id, sub: client.id, aud: issuer, exp: now + 60, jti: 'one' }
    const context = { issuer, now: clock.now() }
    return (await checkRemoteAssertion(signJws({}, claims, key), client, jwksUri, context, remote)).ok
  }

  return { clock, site, remote, check }
}

test('[JCA-jwks-01] published keys are fetched once and kept for ten minutes', async () => {
  const key = aSigningKey('one')
  const { clock, site, check } = setUp(key)

  assert.equal(await check(key), true)
  clock.advance(seconds(599))
  assert.equal(await check(key), true)
  assert.equal(site.asked, 1)
  clock.advance(seconds(1))
  assert.equal(await check(key), true)
  assert.equal(site.asked, 2)
})

test('[JCA-jwks-01] a new key is found as soon as it is used, and a key taken out is refused within ten minutes', async () => {
  const [old, fresh] = [aSigningKey('old'), aSigningKey('fresh')]
  const { clock, site, check } = setUp(old)
  await check(old)

  site.jwks = { keys: [jwkOf(fresh)] }
  clock.advance(seconds(30))

  assert.equal(await check(old), true)
  assert.equal(await check(fresh), true)
  assert.equal(await check(old), false)
})

test('[CA-09] a flood of unknown kids makes one question in 30 s, and none for other clients', async () => {
  // req: JCA-jwks-01
  const key = aSigningKey('one')
  const { clock, site, check } = setUp(key)
  await check(key)
  clock.advance(seconds(29))

  const flood = () => Promise.all(Array.from({ length: 200 }, (_, index) => check({ ...key, kid: `unknown ${index}` })))
  assert.equal((await flood()).includes(true), false)
  assert.equal(site.asked, 1)
  clock.advance(seconds(1))
  assert.equal((await flood()).includes(true), false)
  assert.equal(site.asked, 2)
  assert.equal(await check(key), true)
  assert.equal(site.asked, 2)
})

test('[CA-09] however many wait, one question is under way', async () => {
  const key = aSigningKey('one')
  const { site, check } = setUp(key)
  let release = () => {}
  site.held = new Promise((done) => (release = done))

  const waiting = Promise.all(Array.from({ length: 50 }, () => check(key)))
  release()

  assert.deepEqual(await waiting, Array(50).fill(true))
  assert.equal(site.asked, 1)
})

test('[CA-09] an address that hangs holds up its own client alone', async () => {
  const key = aSigningKey('one')
  const { site, check } = setUp(key)
  let release = () => {}
  site.held = new Promise((done) => (release = done))
  const hanging = check(key, remoteClient('slow'))

  site.held = undefined
  assert.equal(await check(key, remoteClient('quick')), true)

  release()
  assert.equal(await hanging, true)
})

test('[CA-09] while an address is down its keys hold for an hour, it is asked every 30 s, and then there are none', async () => {
  const key = aSigningKey('one')
  const { clock, site, check } = setUp(key)
  await check(key)
  site.down = true

  clock.advance(seconds(600))
  assert.equal(await check(key), true)
  assert.equal(await check(key), true)
  assert.equal(site.asked, 2)
  clock.advance(seconds(2999))
  assert.equal(await check(key), true)
  clock.advance(seconds(1))
  assert.equal(await check(key), false)

  site.down = false
  clock.advance(seconds(30))
  assert.equal(await check(key), true)
})

test('[CA-09] an address that was never up is asked once in 30 s', async () => {
  const key = aSigningKey('one')
  const { clock, site, check } = setUp(key)
  site.down = true

  for (let round = 0; round < 20; round += 1) assert.equal(await check(key), false)
  assert.equal(site.asked, 1)
  site.down = false
  clock.advance(seconds(29))
  assert.equal(await check(key), false)
  clock.advance(seconds(1))
  assert.equal(await check(key), true)
})

test('[CA-08] of a published set the keys that are good for signatures count, and no other', async () => {
  const key = aSigningKey('one')
  const { clock, site, check } = setUp()
  const refetch = (jwks: unknown) => {
    site.jwks = jwks
    clock.advance(seconds(600))
    return check(key)
  }
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...jwkOf(key), kid: `k${index}` }))

  assert.equal(await refetch({ keys: [{ ...jwkOf(key), use: 'enc' }] }), false)
  assert.equal(await refetch({ keys: [key.key.export({ format: 'jwk' })] }), false)
  assert.equal(await refetch({ keys: [{ kty: 'oct', k: 'AA' }, jwkOf(key)] }), true)
  assert.equal(await refetch({ keys: [jwkOf(key), ...many(19)] }), true)
})

test('[CA-08] a set that is malformed or too large leaves the one before in force', async () => {
  const key = aSigningKey('one')
  const { clock, site, check } = setUp(key)
  await check(key)

  for (const jwks of [[], 'x', { keys: 1 }, { keys: Array(21).fill({}) }, { keys: [jwkOf(key), jwkOf(key)] }]) {
    site.jwks = jwks
    clock.advance(seconds(600))
    assert.equal(await check(key), true)
  }
  assert.equal(site.asked, 6)
})

test('[JCA-3-09] the algorithm a client registered is the only one of its published keys', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const jwks = { keys: [{ ...createPublicKey(rsa).export({ format: 'jwk' }), kid: 'rsa' }] }
  const { site, check } = setUp()
  site.jwks = jwks
  const registered = (assertionAlg: 'PS256' | 'RS256' | 'ES256' | undefined) => ({ ...remoteClient(), assertionAlg })

  assert.equal(await check({ kid: 'rsa', alg: 'PS256', key: rsa }, registered('PS256')), true)
  assert.equal(await check({ kid: 'rsa', alg: 'RS256', key: rsa }, registered('PS256')), false)
  assert.equal(await check({ kid: 'rsa', alg: 'RS256', key: rsa }, registered(undefined)), true)
  assert.equal(await check({ kid: 'rsa', alg: 'RS256', key: rsa }, registered('ES256')), false)
})
