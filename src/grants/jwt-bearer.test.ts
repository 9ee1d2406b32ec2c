import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { accept } from '../base/result.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { seconds } from '../base/time.ts'
import { createRemoteKeys } from '../client-auth/remote-keys.ts'
import { signJws } from '../jose/jws.ts'
import type { SigningKey } from '../jose/jws.ts'
import type { FetchDocument } from '../ports/fetch-document.ts'
import type { Ports } from '../ports/ports.ts'
import { parseParameters } from '../protocol/parameters.ts'
import type { ClientId } from '../protocol/client.ts'
import { jwtBearerGrant } from '../protocol/trusted-issuer.ts'
import type { TrustedIssuer } from '../protocol/trusted-issuer.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { aClient, aResource, aSettings, createClock, orderApi, scopeOf } from '../testing/index.ts'
import { createJwtBearer } from './jwt-bearer.ts'

const issuer: TrustedIssuer = {
  issuer: 'https://idp.example',
  keys: [],
  jwksUri: 'https://idp.example/jwks.json',
  clients: ['portal' as ClientId],
  publicClients: false,
  subject: 'client',
  subjects: ['robot'],
  scope: scopeOf('orders.read'),
  resources: [orderApi],
}
const portal = aClient({ id: 'portal' as ClientId, grantTypes: [jwtBearerGrant], scope: scopeOf('orders.read') })
const settings = aSettings([aResource()], { trustedIssuers: new Map([[issuer.issuer, issuer]]) })

function aSigningKey(kid: string): SigningKey {
  return { kid, alg: 'ES256', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }
}

/** An issuer that publishes keys, which may be changed, and how often it was asked for them. */
function setUp(first: SigningKey, algorithms: readonly SignatureAlgorithm[] = ['ES256']) {
  const clock = createClock()
  const site = { keys: [first], asked: 0 }
  const fetch: FetchDocument = async (url) => {
    site.asked += 1
    assert.equal(url, issuer.jwksUri)
    const keys = site.keys.map(({ kid, alg, key }) => ({ ...createPublicKey(key).export({ format: 'jwk' }), kid, alg }))

    return accept({ bytes: Buffer.from(JSON.stringify({ keys })), freshFor: undefined })
  }
  const grant = createJwtBearer(createRemoteKeys({ fetch, now: clock.now }), algorithms)
  const store = openSqlite({ file: ':memory:' })
  const ports = { store, now: clock.now, settings } as unknown as Ports
  let count = 0
  async function ask(key: SigningKey, client = portal): Promise<string> {
    const iat = Math.floor(clock.now() / 1000)
    count += 1
    const claims = { iss: issuer.issuer, sub: 'robot', aud: settings.issuer, iat, exp: iat + 60, jti: `${count}` }
    const form = parseParameters(`assertion=${signJws({ typ: 'JWT' }, claims, key)}`)!
    const plan = await grant.plan(form, client, ports)

    return plan.ok ? plan.value.subject : plan.error.error.reason
  }

  return { clock, site, ask, close: () => store.close() }
}

test("[JCA-3.1-01] an issuer's published keys are fetched when they are needed, and again when it has a new one", async (t) => {
  // req: JCA-jwks-01, GR-07
  const [old, fresh] = [aSigningKey('old'), aSigningKey('fresh')]
  const { clock, site, ask, close } = setUp(old)
  t.after(close)

  assert.equal(await ask(old), 'portal')
  assert.equal(await ask(old), 'portal')
  assert.equal(site.asked, 1)
  site.keys = [fresh]
  clock.advance(seconds(30))
  assert.equal(await ask(fresh), 'portal')
  assert.equal(await ask(old), 'assertion_invalid')
  assert.equal(site.asked, 2)
})

test('[JCA-3.1-01] for a client that may bring nothing, nobody is asked for keys', async (t) => {
  const key = aSigningKey('one')
  const { site, ask, close } = setUp(key)
  t.after(close)

  assert.equal(await ask(key, aClient({ ...portal, id: 'stranger' as ClientId })), 'assertion_not_for_client')
  assert.equal(site.asked, 0)
})

test('[JCA-3.1-01] an assertion is signed with an algorithm that the profile of the server allows', async (t) => {
  const key = aSigningKey('one')
  const { ask, close } = setUp(key, ['PS256', 'EdDSA'])
  t.after(close)

  assert.equal(await ask(key), 'assertion_invalid')
})
