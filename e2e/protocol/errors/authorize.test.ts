import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asking, authorizationDetailTypes, payment } from '../../support/details.ts'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { addClient, o1 } from '../../support/openid.ts'
import { assertExplained, assertNoEffect, assertReturned } from '../../support/oracles.ts'
import { browserUrl, pushed } from '../../support/push.ts'
import { responseOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import type { Fields } from '../../support/user-agent.ts'

/*
 * Section 3 of the requirements: the lines for authorization, each made to happen; those for signing out are in
 * `openid/end-session.test.ts`. Its errors `invalid_request_object`
 * and an `invalid_request_uri` by redirect belong to signed requests (JAR), which are not built;
 * `interaction_required` and `account_selection_required` are for servers with more to ask than a sign-in and a consent.
 */

const pushing = { ...cast.c1, client_id: 'pushing', require_pushed_authorization_requests: true } as const
const machine = { ...cast.m1, client_id: 'm2', redirect_uris: ['https://machine.example/cb'] } as const
const several = { ...cast.c1, client_id: 'several', redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] }
const bare = { ...cast.c1, client_id: 'bare', authorization_details_types: [] }
const paying = { ...cast.c1, client_id: 'paying', authorization_details_types: ['payment'] } as const

let as: TestServer
before(async () => {
  as = await startServer({ authorizationDetailTypes })
  for (const client of [pushing, machine, several, bare, paying, o1]) await addClient(as, client)
  await addClient(as, { ...cast.c2, client_id: 'off' })
  await as.disable({ client_id: 'off' })
  as.writes.length = 0
})
after(async () => {
  await as.close()
  assert.deepEqual(as.faults, [])
})

interface PageLine {
  readonly when: string
  readonly id: string
  readonly url: () => string | Promise<string>
}

const twice = 'https://client.example/cb'

const pages: readonly PageLine[] = [
  { when: 'client_id missing', id: 'HF-AUTHZ-0101', url: () => as.authorize({ client_id: undefined }).url },
  { when: 'client_id unknown', id: 'HF-AUTHZ-0101', url: () => as.authorize({ client_id: 'nobody' }).url },
  { when: 'client_id twice', id: 'HF-AUTHZ-0101', url: () => as.authorize({ client_id: ['c1', 'c1'] }).url },
  { when: 'client disabled', id: 'HF-AUTHZ-0101', url: () => as.authorize({ client_id: 'off' }).url },
  {
    when: 'redirect_uri missing, several registered',
    id: 'HF-AUTHZ-0105',
    url: () => as.authorize({ redirect_uri: undefined }, several).url,
  },
  {
    when: 'redirect_uri missing, with openid',
    id: 'HF-AUTHZ-0105',
    url: () => as.authorize({ redirect_uri: undefined }, o1).url,
  },
  {
    when: 'redirect_uri unregistered',
    id: 'HF-AUTHZ-0104',
    url: () => as.authorize({ redirect_uri: 'https://evil.example/' }).url,
  },
  { when: 'redirect_uri malformed', id: 'HF-AUTHZ-0104', url: () => as.authorize({ redirect_uri: 'https://[' }).url },
  { when: 'redirect_uri twice', id: 'HF-AUTHZ-0104', url: () => as.authorize({ redirect_uri: [twice, twice] }).url },
  {
    when: 'pushed request unknown',
    id: 'HF-AUTHZ-0106',
    url: () => browserUrl(as, 'c1', `urn:ietf:params:oauth:request_uri:${'A'.repeat(43)}`),
  },
  {
    when: 'pushed request of another client',
    id: 'HF-AUTHZ-0106',
    url: async () => browserUrl(as, 'c2', (await pushed(as)).requestUri),
  },
  {
    when: 'pushed request expired',
    id: 'HF-AUTHZ-0106',
    url: async () => {
      const { url } = await pushed(as)
      as.later(120)
      return url
    },
  },
  {
    when: 'pushed request of a client that was disabled since',
    id: 'HF-AUTHZ-0101',
    url: async () => {
      const soon = { ...cast.c1, client_id: 'soon-off' }
      await addClient(as, soon)
      const { url } = await pushed(as, {}, soon)
      await as.disable(soon)
      return url
    },
  },
]

for (const { when, id, url } of pages) {
  test(`[O21-4.1.2.1-01] ${when}: a page with status 400 explains it, and nothing is sent anywhere`, async () => {
    // req: PAR-4-01, R15, UX-3.3
    const at = await url()
    as.writes.length = 0
    await assertExplained(await as.get(at), id)
    assertNoEffect(as)
  })
}

interface RedirectLine {
  readonly when: string
  readonly error: string
  readonly changes: Fields
  readonly client?: TestClient
  /** Somebody is signed in. */
  readonly signedIn?: true
}

const demanding = (level: string) => JSON.stringify({ id_token: { acr: { essential: true, values: [level] } } })

const redirects: readonly RedirectLine[] = [
  { when: 'response_type missing', error: 'invalid_request', changes: { response_type: undefined } },
  { when: 'response_type twice', error: 'invalid_request', changes: { response_type: ['code', 'code'] } },
  { when: 'scope twice', error: 'invalid_request', changes: { scope: ['orders.read', 'orders.read'] } },
  { when: 'max_age bad', error: 'invalid_request', changes: { max_age: '-1' } },
  { when: 'prompt bad', error: 'invalid_request', changes: { prompt: 'none login' } },
  { when: 'response_mode bad', error: 'invalid_request', changes: { response_mode: 'fragment' } },
  { when: 'claims bad', error: 'invalid_request', changes: { claims: '[' }, client: o1 },
  { when: 'id_token_hint bad', error: 'invalid_request', changes: { id_token_hint: 'x' }, client: o1 },
  { when: 'dpop_jkt bad', error: 'invalid_request', changes: { dpop_jkt: 'x' } },
  { when: 'PKCE missing', error: 'invalid_request', changes: { code_challenge: undefined } },
  { when: 'PKCE method missing', error: 'invalid_request', changes: { code_challenge_method: undefined } },
  { when: 'PKCE method plain', error: 'invalid_request', changes: { code_challenge_method: 'plain' } },
  { when: 'pushing required', error: 'invalid_request', changes: {}, client: pushing },
  { when: 'grant not allowed', error: 'unauthorized_client', changes: {}, client: machine },
  { when: 'response_type unknown', error: 'unsupported_response_type', changes: { response_type: 'token' } },
  { when: 'response_type none', error: 'unsupported_response_type', changes: { response_type: 'none' } },
  { when: 'response_type hybrid', error: 'unsupported_response_type', changes: { response_type: 'code id_token' } },
  { when: 'scope malformed', error: 'invalid_scope', changes: { scope: '"' } },
  { when: 'scope unknown', error: 'invalid_scope', changes: { scope: 'unheard.of' } },
  { when: 'scope not allowed', error: 'invalid_scope', changes: { scope: 'bills.read' } },
  { when: 'resource malformed', error: 'invalid_target', changes: { resource: 'x' } },
  { when: 'resource unknown', error: 'invalid_target', changes: { resource: 'https://x.example' } },
  {
    when: 'authorization_details malformed',
    error: 'invalid_authorization_details',
    changes: { authorization_details: '{' },
  },
  {
    when: 'authorization_details of an unknown type',
    error: 'invalid_authorization_details',
    changes: asking({ type: 'x' }),
  },
  {
    when: 'authorization_details not allowed',
    error: 'invalid_authorization_details',
    changes: asking(payment),
    client: bare,
  },
  {
    when: 'authorization_details bad',
    error: 'invalid_authorization_details',
    changes: asking({ ...payment, amount: '-1' }),
    client: paying,
  },
  { when: 'nobody signed in, prompt=none', error: 'login_required', changes: { prompt: 'none' } },
  {
    when: 'nobody was asked, prompt=none',
    error: 'consent_required',
    changes: { prompt: 'none' },
    signedIn: true,
  },
  {
    when: 'acr out of reach',
    error: 'unmet_authentication_requirements',
    changes: { claims: demanding('urn:example:gold') },
    client: o1,
  },
  { when: 'request by value', error: 'request_not_supported', changes: { request: 'eyJhbGciOiJub25lIn0.e30.' } },
  {
    when: 'request by reference',
    error: 'request_uri_not_supported',
    changes: { request_uri: 'https://client.example/request.jwt' },
  },
  { when: 'registration', error: 'registration_not_supported', changes: { registration: '{}' } },
]

for (const { when, error, changes, client = cast.c1, signedIn } of redirects) {
  test(`[O21-4.1.2.1-05] ${when}: 303 to the client with ${error}, state and issuer`, async () => {
    // req: O21-4.1.2.1-03, O21-4.1.2-06, ISS-2-01
    const by = signedIn === true ? await as.signedIn() : as.browser()
    const cookie = [...by.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = as.authorize(changes, client)
    as.writes.length = 0

    assertReturned(await as.get(request.url, { cookie }), as, error, request, request.state)
    assertNoEffect(as)
  })
}

test('[O21-4.1.2.1-07] a person who refuses: access_denied, with state and issuer', async () => {
  // req: O21-4.1.2-06
  const request = as.authorize()
  const page = await as.walk(as.browser(), request.url, { decision: 'deny' })
  const answer = responseOf(page)

  assert.equal(page.status, 200)
  assert.deepEqual([...answer.keys()], ['error', 'error_description', 'error_uri', 'state', 'iss'])
  assert.deepEqual(
    [answer.get('error'), answer.get('state'), answer.get('iss')],
    ['access_denied', request.state, as.issuer],
  )
  assert.match(answer.get('error_description') ?? '', /^HF-AUTHZ-\d{4} [\x20\x21\x23-\x5b\x5d-\x7e]+$/)
})

test('[R10] the pages of a person know two methods, and say so', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await as.send('/authorize', { method })
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD, POST'], method)
    assert.equal(answer.headers.get('access-control-allow-origin'), null)
  }
})
