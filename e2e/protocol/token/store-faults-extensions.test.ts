import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { aProofKey } from 'hufu/testing'
import { createSigningClient } from '../../support/assertion.ts'
import { breakable } from '../../support/breakable.ts'
import { exchange, orders } from '../../support/exchange.ts'
import * as cast from '../../support/fixtures.ts'
import { addClient, o1, userInfo } from '../../support/openid.ts'
import { proofFor, showing } from '../../support/proofs.ts'
import { browserUrl, push, pushed } from '../../support/push.ts'
import { webApp } from '../../support/registration.ts'
import type { Registration } from '../../support/registration.ts'
import type { TestServer, Tokens } from '../../support/server.ts'
import { assertJson } from '../../support/token-oracles.ts'
import { createIssuer, jwtBearerGrant } from '../../support/trusted-issuer.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * As `store-faults.test.ts`, for what the extensions add: a store that cannot answer at any one of its calls leaves
 * everything as it was, and what was not done works when it is sent again. A proof of a key, and an assertion by which a
 * client proves who it is, are used up by being shown: a client makes new ones each time it sends.
 */

let server: TestServer | undefined
const now = () => server?.clock.now() ?? 0
const key = aProofKey()
const idp = createIssuer('https://idp.example', now)
const signing = createSigningClient('j1', cast.issuer, now)
const portal = {
  client_id: 'portal',
  client_secret: 'hufucanary_secret_of_portal_0123456789ab',
  grant_types: [jwtBearerGrant],
  scope: 'orders.read',
} as const

const options = {
  features: { registration: 'open', tokenExchange: true },
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

async function served(t: Parameters<typeof breakable>[0]) {
  const store = await breakable(t, options)
  server = store.as
  const exchanging = { ...orders, hufu_token_exchange: [{ from: ['c1'], to: cast.r1 }] }
  for (const client of [portal, o1, signing.metadata, exchanging]) await addClient(store.as, client)

  return store
}

const openid = { scope: 'openid orders.read' }
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')
const codeForm = ({ code, verifier }: { readonly code: string; readonly verifier: string }) => ({
  grant_type: 'authorization_code',
  code,
  code_verifier: verifier,
})
const json = { 'content-type': 'application/json' }

async function boundTokens(as: TestServer): Promise<Tokens> {
  const answer = await as.token(codeForm(await as.code(openid, o1)), o1, showing(as, key))
  assert.equal(answer.status, 200)

  return (await answer.json()) as Tokens
}

async function registered(as: TestServer): Promise<Registration> {
  as.later(61)
  const answer = await as.send('/register', { method: 'POST', body: JSON.stringify(webApp), headers: json })
  assert.equal(answer.status, 201)

  return (await answer.json()) as Registration
}

const own = (as: TestServer, of: Registration, method: string, body?: object) =>
  as.send(of.registration_client_uri, {
    method,
    headers: { ...json, authorization: `Bearer ${of.registration_access_token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

interface Operation {
  readonly name: string
  /** Prepares, and gives the request; it is sent again when the store is back. */
  readonly prepare: (as: TestServer) => Promise<() => Promise<Response>>
  /** What it is answered with when the store is well. */
  readonly well: number
}

const operations: readonly Operation[] = [
  { name: 'pushing a request', well: 201, prepare: async (as) => () => push(as) },
  {
    name: 'pushing a request with a key',
    well: 201,
    prepare: async (as) => () =>
      push(as, {}, cast.p1, { form: { client_id: 'p1' }, headers: { dpop: proofFor(as, key, {}, '/par') } }),
  },
  { name: 'pushing one that is refused', well: 400, prepare: async (as) => () => push(as, { scope: 'x' }) },
  {
    name: 'redeeming a code with a key, for an ID token',
    well: 200,
    prepare: async (as) => {
      const code = await as.code(openid, o1)
      return () => as.token(codeForm(code), o1, showing(as, key))
    },
  },
  {
    name: 'refreshing with a key',
    well: 200,
    prepare: async (as) => {
      const { refresh_token } = await boundTokens(as)
      return () => as.token({ grant_type: 'refresh_token', refresh_token }, o1, showing(as, key))
    },
  },
  {
    name: 'a job of a client that signs',
    well: 200,
    prepare: async (as) => () =>
      as.send('/token', { method: 'POST', body: toForm({ grant_type: 'client_credentials', ...signing.prove() }) }),
  },
  {
    name: 'exchanging a token',
    well: 200,
    prepare: async (as) => {
      const token = await as.at()
      return () => exchange(as, token, orders, { resource: cast.r1 })
    },
  },
  {
    name: 'exchanging a token that is not live',
    well: 400,
    prepare: async (as) => () => exchange(as, 'x', orders, { resource: cast.r1 }),
  },
  {
    name: 'a token on the word of another',
    well: 200,
    prepare: async (as) => {
      const assertion = idp.say()
      return () => as.token({ grant_type: jwtBearerGrant, assertion }, portal)
    },
  },
  {
    name: 'the word of another a second time',
    well: 400,
    prepare: async (as) => {
      const assertion = idp.say()
      await as.token({ grant_type: jwtBearerGrant, assertion }, portal)
      return () => as.token({ grant_type: jwtBearerGrant, assertion }, portal)
    },
  },
  {
    name: 'asking who the person is',
    well: 200,
    prepare: async (as) => {
      const token = await as.at(openid, o1)
      return () => userInfo(as, token)
    },
  },
  {
    name: 'asking who the person is, with a key',
    well: 200,
    prepare: async (as) => {
      const { access_token: token } = await boundTokens(as)
      return () =>
        as.get('/userinfo', {
          authorization: `DPoP ${token}`,
          dpop: proofFor(as, key, { htm: 'GET', ath: hashOf(token) }, '/userinfo'),
        })
    },
  },
  {
    name: 'registering',
    well: 201,
    prepare: async (as) => () => as.send('/register', { method: 'POST', body: JSON.stringify(webApp), headers: json }),
  },
  {
    name: 'reading a registration',
    well: 200,
    prepare: async (as) => {
      const client = await registered(as)
      return () => own(as, client, 'GET')
    },
  },
  {
    name: 'replacing a registration',
    well: 200,
    prepare: async (as) => {
      const client = await registered(as)
      return () => own(as, client, 'PUT', { ...webApp, client_id: client.client_id, client_name: 'Other Charts' })
    },
  },
  {
    name: 'ending a registration',
    well: 204,
    prepare: async (as) => {
      const client = await registered(as)
      return () => own(as, client, 'DELETE')
    },
  },
]

/** Written by showing something that may be shown once, and by counting: neither is what the request wanted. */
const beside = ['useOnce', 'appendAudit', 'countAttempt']

for (const { name, prepare, well } of operations) {
  test(`[IN-11] ${name} is answered 503 wherever the store fails, changes nothing then, and works when it is back`, async (t) => {
    const store = await served(t)
    const rehearsal = await prepare(store.as)
    store.called()
    const rehearsed = await rehearsal()
    assert.equal(rehearsed.status, well, await rehearsed.text())
    const calls = store.called()
    assert.ok(calls.length > 0)

    for (const call of calls) {
      const send = await prepare(store.as)
      store.as.writes.length = 0
      store.break(call)
      const answer = await send()
      store.break(undefined)

      assert.equal(answer.status, 503, `${call}: ${await answer.clone().text()}`)
      assertJson(answer)
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
      assert.equal(((await answer.json()) as { error: string }).error, 'temporarily_unavailable')
      const changed = store.as.writes.filter((each) => each !== call && !beside.includes(each))
      assert.deepEqual(changed, [], `${call}: nothing else was written`)
      const again = await send()
      assert.equal(again.status, well, `${call}: again: ${await again.text()}`)
      store.as.later(61)
    }
  })
}

test('[IN-11] a pushed request survives a store that fails while the browser is under way with it', async (t) => {
  // req: PAR-4-02
  const store = await served(t)
  const browser = await store.as.signedIn()
  const rehearsal = await pushed(store.as)
  store.called()
  await store.as.walk(browser, rehearsal.url)
  const calls = store.called()

  for (const call of calls) {
    const request = await pushed(store.as, { prompt: 'consent' })
    store.break(call)
    const failed = await browser.open(browserUrl(store.as, 'c1', request.requestUri))
    store.break(undefined)
    assert.ok(failed.status === 503 || failed.status === 303 || failed.status === 200, `${call}: ${failed.status}`)
    assert.doesNotMatch(failed.leavesFor ?? '', /[?&]code=/)
    const page = await store.as.walk(browser, request.url)
    assert.match(page.leavesFor ?? '', /[?&]code=/, `${call}: again`)
  }
})
