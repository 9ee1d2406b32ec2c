import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aProofKey, createClock } from 'hufu/testing'
import { createSigningClient } from '../../support/assertion.ts'
import { account, asking, authorizationDetailTypes } from '../../support/details.ts'
import { begun, d1, decide, poll } from '../../support/device.ts'
import { assertLine, assertPostOnly } from '../../support/error-lines.ts'
import type { ErrorLine } from '../../support/error-lines.ts'
import { exchange, orders } from '../../support/exchange.ts'
import * as cast from '../../support/fixtures.ts'
import { addClient } from '../../support/openid.ts'
import { proofFor, showing } from '../../support/proofs.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, serverOf } from '../../support/token-oracles.ts'
import { createIssuer, jwtBearerGrant } from '../../support/trusted-issuer.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields } from '../../support/user-agent.ts'

/*
 * Section 3 of the requirements: the lines for the token endpoint that belong to the extensions, each made to happen;
 * those of the core are in `token/errors.test.ts`. Polling by CIBA, attestation of clients, and the certificates of
 * mutual TLS are not built, so `use_attestation_challenge`, `use_fresh_attestation` and `invalid_client_attestation`
 * are never sent.
 */

const key = aProofKey()
const other = aProofKey()
const clock = createClock()
const idp = createIssuer('https://idp.example', clock.now)
const exempt = { ...cast.c1, client_id: 'exempt' } as const
const bound = { ...cast.m1, client_id: 'bound', dpop_bound_access_tokens: true } as const
const portal = {
  client_id: 'portal',
  client_secret: 'hufucanary_secret_of_portal_0123456789ab',
  grant_types: [jwtBearerGrant],
  scope: 'orders.read',
} as const

const options = {
  clock: clock.now,
  features: { deviceGrant: true, tokenExchange: true },
  authorizationDetailTypes,
  trustedIssuers: [
    {
      issuer: idp.issuer,
      jwks: idp.jwks,
      clients: ['portal'],
      subject: 'username',
      scopes: ['orders.read'],
      resources: [cast.r1],
    },
  ],
} as const

let as: TestServer
let signing: ReturnType<typeof createSigningClient>
before(async () => {
  as = await startServer(options)
  signing = createSigningClient('j1', as.issuer, clock.now)
  const until = new Date(clock.now() + 3_600_000).toISOString().replace('.000', '')
  const exchanging = { ...orders, hufu_token_exchange: [{ from: ['c1', 'c2'], to: cast.r2 }] }
  for (const client of [{ ...exempt, hufu_pkce_exempt_until: until }, bound, portal, d1, exchanging, signing.metadata])
    await addClient(as, client)
})
after(async () => {
  await as.close()
  assert.deepEqual(as.faults, [])
})

const later = (seconds: number) => clock.advance(seconds as Parameters<typeof clock.advance>[0])
const machine = { grant_type: 'client_credentials' }
const without = { code_challenge: undefined, code_challenge_method: undefined }
const say = (assertion: string, form: Fields = {}) =>
  as.token({ grant_type: jwtBearerGrant, assertion, ...form }, portal)
const shown = (changed: Readonly<Record<string, unknown>>, headers = {}) =>
  as.token(machine, cast.m1, { ...showing(as, key, changed), ...headers })
const assertion = (changes: Fields) =>
  as.send('/token', { method: 'POST', body: toForm({ ...machine, ...signing.prove(), ...changes }) })

/** What is bound to a key, shown with another. */
async function boundCode() {
  const { code, verifier } = await as.code({ dpop_jkt: key.thumbprint })
  return { grant_type: 'authorization_code', code, code_verifier: verifier }
}

const lines: readonly ErrorLine[] = [
  {
    when: 'a verifier without a challenge',
    status: 400,
    error: 'invalid_request',
    send: async () => as.redeem(await as.code(without, exempt)),
  },
  {
    when: 'an assertion and a secret',
    status: 400,
    error: 'invalid_request',
    send: () => assertion({ client_secret: 'x' }),
  },
  {
    when: 'a client assertion that is wrong',
    status: 401,
    error: 'invalid_client',
    send: () => assertion({ client_assertion: `${String(signing.prove()['client_assertion']).slice(0, -8)}AAAAAAAA` }),
  },
  {
    when: 'a client assertion that was used',
    status: 401,
    error: 'invalid_client',
    send: async () => {
      const proof = signing.prove()
      await assertion(proof)
      return assertion(proof)
    },
  },
  {
    when: 'a client assertion of an unknown type',
    status: 401,
    error: 'invalid_client',
    send: () => assertion({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }),
  },
  {
    when: 'client authentication missing',
    status: 401,
    error: 'invalid_client',
    send: () => as.send('/token', { method: 'POST', body: toForm({ ...machine, client_id: 'm1' }) }),
  },
  {
    when: 'a client that was disabled',
    status: 401,
    error: 'invalid_client',
    send: async () => {
      const gone = { ...cast.m1, client_id: 'gone' }
      await addClient(as, gone)
      await as.disable(gone)
      return as.token(machine, gone)
    },
  },

  {
    when: 'a code bound to another key',
    status: 400,
    error: 'invalid_grant',
    send: async () => as.token(await boundCode(), cast.c1, showing(as, other)),
  },
  {
    when: 'a code bound to a key, and none shown',
    status: 400,
    error: 'invalid_grant',
    send: async () => as.token(await boundCode(), cast.c1),
  },
  {
    when: 'a refresh token bound to another key',
    status: 400,
    error: 'invalid_grant',
    send: async () => {
      const { code, verifier, client } = await as.code({}, cast.p1)
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
      const { refresh_token } = await assertTokens(await as.token(form, client, showing(as, key)), 'DPoP')
      return as.token({ grant_type: 'refresh_token', refresh_token }, client, showing(as, other))
    },
  },
  { when: 'a proof that is none', status: 400, error: 'invalid_dpop_proof', send: () => shown({}, { dpop: 'x' }) },
  {
    when: 'a proof for another method',
    status: 400,
    error: 'invalid_dpop_proof',
    send: () => shown({ htm: 'GET' }),
  },
  {
    when: 'a proof for another address',
    status: 400,
    error: 'invalid_dpop_proof',
    send: () => shown({ htu: 'https://evil.example/token' }),
  },
  { when: 'a proof that is old', status: 400, error: 'invalid_dpop_proof', send: () => shown({ iat: 1 }) },
  {
    when: 'a proof that was used',
    status: 400,
    error: 'invalid_dpop_proof',
    send: async () => {
      const dpop = proofFor(as, key)
      await assertTokens(await as.token(machine, cast.m1, { dpop }), 'DPoP')
      return as.token(machine, cast.m1, { dpop })
    },
  },
  {
    when: 'a proof that is wanted and not there',
    status: 400,
    error: 'invalid_dpop_proof',
    send: () => as.token(machine, bound),
  },

  {
    when: 'a device nobody has decided about',
    status: 400,
    error: 'authorization_pending',
    send: async () => poll(as, await begun(as)),
  },
  {
    when: 'a device that asks too soon',
    status: 400,
    error: 'slow_down',
    send: async () => {
      const device = await begun(as)
      await poll(as, device)
      return poll(as, device)
    },
  },
  {
    when: 'a device code that has expired',
    status: 400,
    error: 'expired_token',
    send: async () => {
      const device = await begun(as)
      later(600)
      return poll(as, device)
    },
  },
  {
    when: 'a device that was refused',
    status: 400,
    error: 'access_denied',
    send: async () => {
      const device = await begun(as)
      await decide(as, device, 'deny')
      return poll(as, device)
    },
  },
  {
    when: 'a device code that was used',
    status: 400,
    error: 'invalid_grant',
    send: async () => {
      const device = await begun(as)
      await decide(as, device)
      await assertTokens(await poll(as, device))
      return poll(as, device)
    },
  },
  {
    when: 'a device code nobody knows',
    status: 400,
    error: 'invalid_grant',
    send: () => poll(as, { device_code: 'x' }),
  },
  {
    when: 'a device code missing',
    status: 400,
    error: 'invalid_request',
    send: () => as.token({ grant_type: d1.grant_types[0] }, d1),
  },
  {
    when: 'the device grant for another client',
    status: 400,
    error: 'unauthorized_client',
    send: async () => poll(as, await begun(as), cast.c1),
  },

  {
    when: 'subject token missing',
    status: 400,
    error: 'invalid_request',
    send: () => exchange(as, '', orders, { subject_token: undefined }),
  },
  { when: 'subject token bad', status: 400, error: 'invalid_request', send: () => exchange(as, 'x', orders) },
  {
    when: 'subject token revoked',
    status: 400,
    error: 'invalid_request',
    send: async () => {
      const token = await as.at({ scope: 'orders.read' }, cast.c2)
      const { client_id, client_secret } = cast.c2
      await as.send('/revoke', { method: 'POST', body: toForm({ client_id, client_secret, token }) })
      return exchange(as, token, orders)
    },
  },
  {
    when: 'actor token bad',
    status: 400,
    error: 'invalid_request',
    send: async () =>
      exchange(as, await as.at(), orders, {
        actor_token: 'x',
        actor_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      }),
  },
  {
    when: 'a type that is not exchanged',
    status: 400,
    error: 'invalid_request',
    send: async () =>
      exchange(as, await as.at(), orders, {
        requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
      }),
  },
  {
    when: 'a target no rule names',
    status: 400,
    error: 'invalid_target',
    send: async () => exchange(as, await as.at(), orders, { resource: cast.r1 }),
  },
  {
    when: 'a target nobody knows',
    status: 400,
    error: 'invalid_target',
    send: async () => exchange(as, await as.at(), orders, { resource: 'https://x.example' }),
  },
  {
    when: 'an exchange for more',
    status: 400,
    error: 'invalid_scope',
    send: async () => exchange(as, await as.at({ scope: 'orders.read' }), orders, { scope: 'orders.write' }),
  },
  {
    when: 'an exchange by a client that has not the grant',
    status: 400,
    error: 'unauthorized_client',
    send: async () => exchange(as, await as.at(), cast.c2),
  },

  {
    when: 'assertion missing',
    status: 400,
    error: 'invalid_request',
    send: () => as.token({ grant_type: jwtBearerGrant }, portal),
  },
  { when: 'assertion bad', status: 400, error: 'invalid_grant', send: () => say('x') },
  {
    when: 'assertion of nobody trusted',
    status: 400,
    error: 'invalid_grant',
    send: () => say(idp.say({ iss: 'https://evil.example' })),
  },
  {
    when: 'assertion for another server',
    status: 400,
    error: 'invalid_grant',
    send: () => say(idp.say({ aud: 'https://evil.example' })),
  },
  { when: 'assertion expired', status: 400, error: 'invalid_grant', send: () => say(idp.say({ iat: 1, exp: 2 })) },
  {
    when: 'assertion used',
    status: 400,
    error: 'invalid_grant',
    send: async () => {
      const once = idp.say()
      await assertTokens(await say(once))
      return say(once)
    },
  },
  {
    when: 'an assertion for more',
    status: 400,
    error: 'invalid_scope',
    send: () => say(idp.say(), { scope: 'jobs.run' }),
  },
  {
    when: 'an assertion elsewhere',
    status: 400,
    error: 'invalid_target',
    send: () => say(idp.say(), { resource: 'https://x.example' }),
  },

  {
    when: 'authorization_details malformed',
    status: 400,
    error: 'invalid_authorization_details',
    send: () => as.token({ ...machine, authorization_details: '{' }, cast.m1),
  },
  {
    when: 'authorization_details wider than granted',
    status: 400,
    error: 'invalid_authorization_details',
    send: async () => as.redeem(await as.code(asking(account)), asking({ ...account, days: 90 })),
  },
]

for (const line of lines) {
  test(`[O21-3.2.4-01] ${line.when} is answered ${line.status} ${line.error}, in the one shape there is`, async () => {
    // req: O21-3.2.4-04, O21-3.2.3-06, O21-C-01
    await assertLine(as, line)
  })
}

test('[DPOP-8-01] where nonces are wanted, a proof without one is answered use_dpop_nonce, with a nonce to use', async (t) => {
  // req: O21-3.2.4-01
  const wanting = await serverOf(t, { dpopNonces: true })
  const answer = await wanting.token(machine, cast.m1, showing(wanting, key))
  const nonce = answer.headers.get('dpop-nonce') ?? ''

  assert.match(nonce, /^[\x21\x23-\x5b\x5d-\x7e]+$/)
  await assertRefused(answer, 400, 'use_dpop_nonce')
  await assertTokens(await wanting.token(machine, cast.m1, showing(wanting, key, { nonce })), 'DPoP')
})

test('[R10] the token endpoint takes POST alone', async () => {
  await assertPostOnly(as, '/token')
})
