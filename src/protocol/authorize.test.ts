import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, seconds } from '../base/time.ts'
import {
  aClient,
  aConsent,
  aSession,
  aTransaction,
  anAccount,
  callback,
  challenge,
  orderApi,
  scopeOf,
} from '../testing/build.ts'
import { aDevice } from '../testing/build-device.ts'
import { morning } from '../testing/ids.ts'
import type { Subject } from './account.ts'
import type { Consent, StoredAuthorizeRequest } from './authorization.ts'
import { decideAuthorize, mustAsk } from './authorize-decision.ts'
import type { SignedIn } from './authorize-decision.ts'
import { parseReturnAddress } from './authorize.ts'
import type { Client } from './client.ts'
import { parseParameters } from './parameters.ts'
import type { RedirectUri, RegisteredRedirectUri } from './redirect-uri.ts'
import type { ResourceId } from './resource.ts'

const requestWith = (given: Partial<StoredAuthorizeRequest> = {}): StoredAuthorizeRequest => ({
  ...aTransaction().request,
  ...given,
})
const alice: SignedIn = { session: aSession(), account: anAccount() }
const noon = addSeconds(morning, seconds(4 * 3600))

function next(
  request: Partial<StoredAuthorizeRequest>,
  {
    client = aClient(),
    signedIn = alice,
    consent = aConsent(),
    shownAs,
    began = noon,
    now = noon,
  }: {
    client?: Client
    signedIn?: SignedIn | undefined
    consent?: Consent | undefined
    shownAs?: Subject | undefined
    began?: typeof noon
    now?: typeof noon
  } = {},
): string {
  const decision = decideAuthorize(requestWith(request), client, { signedIn, shownAs, consent }, began, now)

  return decision.kind === 'return_error' ? decision.error.code : decision.kind
}

const decideWithout = (request: Partial<StoredAuthorizeRequest>, what: 'session' | 'consent') => {
  const decision = decideAuthorize(
    requestWith(request),
    aClient(),
    {
      signedIn: what === 'session' ? undefined : alice,
      shownAs: undefined,
      consent: what === 'consent' ? undefined : aConsent(),
    },
    noon,
    noon,
  )

  return decision.kind === 'return_error' ? decision.error.code : decision.kind
}

test('[O21-2.3.2-01] the redirect URI may be left out exactly if one is registered', () => {
  // req: RU-10, O21-2.3.5-01
  const other = 'https://shop.example/other' as RegisteredRedirectUri
  const parse = (query: string, client: Client) => {
    const parsed = parseReturnAddress(parseParameters(query)!, client)

    return parsed.ok ? parsed.value : parsed.error.reason
  }
  const one = aClient()
  const several = aClient({ redirectUris: [callback, other] })

  assert.deepEqual(parse('', one), { to: callback, wasSent: false })
  assert.deepEqual(parse('redirect_uri=', one), { to: callback, wasSent: false })
  assert.equal(parse('', several), 'redirect_uri_missing')
  assert.equal(parse('', aClient({ redirectUris: [] })), 'redirect_uri_missing')
  assert.deepEqual(parse(`redirect_uri=${other}`, several), { to: other, wasSent: true })
  assert.equal(parse(`redirect_uri=${other}`, one), 'redirect_uri_unregistered')
  assert.equal(parse(`redirect_uri=${callback}&redirect_uri=${callback}`, one), 'redirect_uri_unregistered')
  assert.equal(parse('redirect_uri=%ff', one), 'redirect_uri_unregistered')
  assert.equal(parse('redirect_uri=&redirect_uri=', one), 'redirect_uri_unregistered')
})

test('[O21-3.1-01] nothing is granted before somebody has signed in', () => {
  assert.equal(decideWithout({}, 'session'), 'sign_in')
  assert.equal(next({}), 'issue_code')
})

test('[AZ-12] prompt=none answers at once: with a code, or with what is missing', () => {
  assert.equal(next({ prompt: ['none'] }), 'issue_code')
  assert.equal(decideWithout({ prompt: ['none'] }, 'session'), 'login_required')
  assert.equal(decideWithout({ prompt: ['none'] }, 'consent'), 'consent_required')
  assert.equal(next({ prompt: ['none'], maxAge: seconds(60) }), 'login_required')
})

test('[AZ-14] max_age is kept to the second, and 0 wants a sign-in made for this request', () => {
  const signedInAgo = (age: number) => next({ maxAge: seconds(60) }, { now: addSeconds(morning, seconds(age)) })

  assert.equal(signedInAgo(59), 'issue_code')
  assert.equal(signedInAgo(60), 'sign_in')
  assert.equal(next({ maxAge: seconds(0) }), 'sign_in')
  assert.equal(next({ maxAge: seconds(0) }, { began: morning, now: noon }), 'issue_code')
})

test('[AZ-12] prompt=login wants a sign-in made after the request came', () => {
  const before = addSeconds(morning, seconds(1))

  assert.equal(next({ prompt: ['login'] }, { began: before }), 'sign_in')
  assert.equal(next({ prompt: ['login'] }, { began: morning }), 'issue_code')
})

test('[UI-12] whoever cannot prove to be the same app is asked about each time, whatever was allowed before', () => {
  // req: O21-7.3-02, O21-7.3.1-01, O21-2.4-04, NAT-8.6-01, D7
  const ask = (client: Partial<Client>, to: string = callback) =>
    mustAsk(
      requestWith({
        answerTo: { kind: 'redirect', to: to as RedirectUri, wasSent: true, state: undefined, challenge },
      }),
      aClient(client),
      aConsent(),
    )
  const loopback = 'http://127.0.0.1:8400/cb'

  assert.equal(ask({}), false)
  assert.equal(ask({ reviewed: false }), true)
  assert.equal(ask({ reviewed: false, firstParty: true }), true)
  assert.equal(ask({ type: 'public' }), false)
  assert.equal(ask({ type: 'public' }, loopback), true)
  assert.equal(ask({ type: 'public' }, 'com.example.app:/cb'), true)
  assert.equal(ask({ type: 'public', firstParty: true }, loopback), true)
  assert.equal(ask({ type: 'confidential' }, loopback), false)
})

test('[DV-03] a device is asked about each time, whatever was allowed before and whoever made the app', () => {
  const request = aDevice().request

  assert.equal(mustAsk(request, aClient(), aConsent()), true)
  assert.equal(mustAsk(request, aClient({ firstParty: true }), aConsent()), true)
})

test('[UI-12] what was allowed is what was asked then: more scope, or another resource, is asked about', () => {
  // req: O21-7.3-01
  const more = scopeOf('orders.read orders.write')
  const other = 'https://billing.example' as ResourceId

  assert.equal(mustAsk(requestWith(), aClient(), undefined), true)
  assert.equal(mustAsk(requestWith({ scope: more }), aClient(), aConsent()), true)
  assert.equal(mustAsk(requestWith(), aClient(), aConsent({ scope: more })), false)
  assert.equal(mustAsk(requestWith({ resources: [other] }), aClient(), aConsent()), true)
  assert.equal(
    mustAsk(requestWith({ resources: [orderApi] }), aClient(), aConsent({ resources: [other, orderApi] })),
    false,
  )
  assert.equal(mustAsk(requestWith({ prompt: ['consent'] }), aClient({ firstParty: true }), aConsent()), true)
})

test('[OIDC-3.1.2.2-01] where one person is expected nobody else goes on, and whoever has just signed in is not asked again', () => {
  // req: AZ-13
  const expected = { expectedSubject: 'alice' as Subject }
  const [alice, mallory] = ['alice', 'mallory'] as Subject[]

  assert.equal(next(expected, { shownAs: alice }), 'issue_code')
  assert.equal(next(expected, { shownAs: mallory }), 'sign_in')
  assert.equal(next(expected), 'sign_in')
  assert.equal(next({ ...expected, prompt: ['none'] }, { shownAs: mallory }), 'login_required')
  assert.equal(next(expected, { shownAs: mallory, began: morning }), 'login_required')
  assert.equal(next(expected, { shownAs: alice, began: morning }), 'issue_code')
})

test('[STEP-5-01] an essential level that no sign-in reaches ends the request before anybody is asked', () => {
  const demand = (...values: string[]) => ({ claims: { id_token: { acr: { essential: true, values } } } })

  assert.equal(decideWithout(demand('gold'), 'session'), 'unmet_authentication_requirements')
  assert.equal(next(demand('gold')), 'unmet_authentication_requirements')
  assert.equal(next(demand('gold', 'urn:hufu:acr:pwd')), 'issue_code')
  assert.equal(next({ claims: { id_token: { acr: { values: ['gold'] } } }, acrValues: ['gold'] }), 'issue_code')
})

test('[OIDC-3.1.2.4-01] claims that are asked for one by one are asked about like the scope they belong to', () => {
  const claims = { userinfo: { email: {} } }

  assert.equal(next({ claims }), 'ask_consent')
  assert.equal(next({ claims }, { consent: aConsent({ scope: scopeOf('orders.read email') }) }), 'issue_code')
})

test('[OIDC-3.1.2.1-02] with openid the redirect URI is never left out', () => {
  const parse = (query: string) => {
    const parsed = parseReturnAddress(parseParameters(query)!, aClient())

    return parsed.ok ? parsed.value.wasSent : parsed.error.reason
  }

  assert.equal(parse('scope=orders.read+openid'), 'redirect_uri_omitted')
  assert.equal(parse('scope=orders.read+openidx'), false)
  assert.equal(parse(`scope=openid&redirect_uri=${callback}`), true)
})
