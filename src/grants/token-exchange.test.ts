import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addSeconds, instant, seconds } from '../base/time.ts'
import type { Subject } from '../protocol/account.ts'
import type { AccessTokenId, AuthorizationId } from '../protocol/authorization.ts'
import type { ClientId, ExchangeRule } from '../protocol/client.ts'
import type { MayAct, TokenParticulars } from '../protocol/particulars.ts'
import type { ResourceId } from '../protocol/resource.ts'
import type { Scope } from '../protocol/scope.ts'
import { aClient, anId, aResource, aSettings, liWei, morning, scopeOf } from '../testing/index.ts'
import type { FoundAccessToken } from './find-token.ts'
import { tokenExchange } from './token-exchange.ts'
import type { ExchangeFacts, ExchangeRequest } from './token-exchange.ts'

const ids = ['https://orders.example', 'https://bills.example', 'https://stock.example'] as ResourceId[]
const [orders, bills] = ids as [ResourceId, ResourceId]
const words = ['a', 'b', 'c', 'd']
const settings = aSettings([
  aResource({ id: orders, scope: scopeOf('a b c') }),
  aResource({ id: bills, scope: scopeOf('b c d'), accessTokenLifetime: seconds(3600) }),
  aResource({ id: ids[2]!, scope: scopeOf('a d') }),
])

const aToken = (given: Partial<FoundAccessToken> = {}): FoundAccessToken => ({
  kind: 'access_token',
  isOpaque: false,
  id: anId<AccessTokenId>(),
  authorizationId: anId<AuthorizationId>(),
  clientId: 'shop' as ClientId,
  subject: liWei,
  scope: scopeOf('a b'),
  audience: orders,
  issuedAt: morning,
  expiresAt: addSeconds(morning, seconds(600)),
  authenticatedAt: morning,
  particulars: {},
  ...given,
})

const aRule = (given: Partial<ExchangeRule> = {}): ExchangeRule => ({
  from: undefined,
  to: bills,
  scope: undefined,
  kind: 'delegation',
  ...given,
})

const service = aClient({
  id: 'service' as ClientId,
  kind: 'service',
  scope: scopeOf('a b c d'),
  introspects: [orders],
  tokenExchange: [aRule()],
})

const aRequest = (given: Partial<ExchangeRequest> = {}): ExchangeRequest => ({
  subjectToken: 'subject',
  actorToken: undefined,
  scope: scopeOf(''),
  targets: [bills],
  ...given,
})

const decide = (facts: Partial<ExchangeFacts>, request = aRequest(), { client = service, now = morning } = {}) =>
  tokenExchange.decide(request, { subject: undefined, actor: undefined, ...facts }, { client, settings, now })

const reasonOf = (...given: Parameters<typeof decide>) => {
  const decided = decide(...given)

  return decided.ok ? 'ok' : decided.error.error.reason
}

const live = (given: Partial<FoundAccessToken> = {}) => ({ token: aToken(given), live: true })

test('[TX-2.1-02] a token counts that is ours, alive, and in the hands it was meant for', () => {
  // req: GR-04
  assert.equal(reasonOf({ subject: live() }), 'ok')
  assert.equal(reasonOf({ subject: live({ clientId: service.id, audience: bills }) }), 'ok')
  assert.equal(reasonOf({ subject: live({ audience: bills }) }), 'subject_token_foreign')
  assert.equal(reasonOf({ subject: { token: aToken(), live: false } }), 'subject_token_ended')
  assert.equal(reasonOf({}), 'subject_token_unknown')
})

test('[TX-5-01] there is a lifetime until the last second of the old token, and none after', () => {
  const at = (milliseconds: number) =>
    reasonOf({ subject: live() }, aRequest(), { now: instant(morning + milliseconds) })

  assert.equal(at(599_000), 'ok')
  assert.equal(at(599_001), 'subject_token_ended')
})

test('[TX-4.4-01] a token that names who may act is for nobody else', () => {
  const of = (mayAct: MayAct, actor?: FoundAccessToken) =>
    reasonOf(
      { subject: live({ particulars: { mayAct } }), actor: actor && { token: actor, live: true } },
      aRequest({ actorToken: actor && 'actor' }),
    )
  const clerk = aToken({ subject: 'clerk' as Subject, clientId: service.id })

  assert.equal(of({ sub: 'service' }), 'ok')
  assert.equal(of({ sub: 'service', client_id: 'service' }), 'ok')
  assert.equal(of({ sub: 'clerk' }, clerk), 'ok')
  assert.equal(of({ sub: 'clerk', client_id: 'service' }, clerk), 'ok')
  assert.equal(of({ sub: 'clerk' }), 'actor_not_allowed')
  assert.equal(of({ sub: 'service' }, clerk), 'actor_not_allowed')
  assert.equal(of({ sub: 'clerk', client_id: 'desk' }, clerk), 'actor_not_allowed')
  assert.equal(of({ sub: 'service', client_id: 'desk' }), 'actor_not_allowed')
})

test('[TX-4.4-01] who may act is still named in what comes out', () => {
  const decided = decide({ subject: live({ particulars: { mayAct: { sub: 'service' } } }) })

  assert.deepEqual(decided.ok && decided.value.particulars?.mayAct, { sub: 'service' })
})

test('[TX-5-01] what was allowed in detail stays at the API it was allowed for', () => {
  const particulars = { authorizationDetails: [{ type: 'payment' }] }
  const here = aClient({ ...service, introspects: [bills], tokenExchange: [aRule()] })

  assert.equal(reasonOf({ subject: live({ particulars }) }), 'exchange_target_not_allowed')
  const kept = decide({ subject: live({ particulars, audience: bills }) }, aRequest(), { client: here })
  assert.deepEqual(kept.ok && kept.value.particulars?.authorizationDetails, particulars.authorizationDetails)
})

test('[TX-4.1-01] who acts for somebody is no actor for another', () => {
  const actor = live({ clientId: service.id, particulars: { actor: { sub: 'other' } } })

  assert.equal(reasonOf({ subject: live(), actor }, aRequest({ actorToken: 'actor' })), 'actor_token_invalid')
})

const scopes = fc
  .oneof({ weight: 2, arbitrary: fc.constant(words) }, { weight: 1, arbitrary: fc.subarray(words) })
  .map((each) => each as readonly string[] as Scope)
const clients = fc.constantFrom('shop', 'service', 'mobile') as fc.Arbitrary<ClientId>
const rules = fc.array(
  fc.record({
    from: fc.option(fc.subarray(['shop', 'mobile']), { nil: undefined }),
    to: fc.constantFrom(...ids),
    scope: fc.option(scopes, { nil: undefined }),
    kind: fc.constantFrom('delegation', 'impersonation'),
  }),
  { minLength: 1, maxLength: 4 },
) as fc.Arbitrary<ExchangeRule[]>
const ancestry = fc.array(fc.constant('00'.repeat(16)), { maxLength: 9, size: 'small' })
const particulars = fc.record(
  { actor: fc.constant({ sub: 'before', act: { sub: 'long before' } }), derivedFrom: ancestry },
  { requiredKeys: [] },
) as fc.Arbitrary<TokenParticulars>
const presented = fc.record({
  token: fc
    .record({
      clientId: clients,
      scope: scopes,
      audience: fc.constantFrom(orders, orders, orders, bills),
      subject: fc.constantFrom(liWei, 'm1' as Subject),
      expiresAt: fc.integer({ min: -5000, max: 700_000 }).map((each) => instant(morning + each)),
      particulars,
    })
    .map(aToken),
  live: fc.constantFrom(true, true, true, false),
})
const attempt = fc.record({
  rules,
  request: fc
    .record({
      scope: fc.constantFrom('', '', 'a', 'b', 'b c', 'a b c d').map(scopeOf),
      targets: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids).map((each) => [each]) }, fc.subarray(ids)),
      actorToken: fc.constantFrom(undefined, undefined, 'actor'),
    })
    .map(aRequest),
  subject: fc.option(presented, { nil: undefined, freq: 9 }),
  actor: fc.option(presented, { nil: undefined, freq: 9 }),
  may: scopes,
  own: fc.option(fc.constant(seconds(86_400)), { nil: undefined }),
})

test('[GR-05] whatever is brought and asked, no exchange gives more scope, a longer life, another subject or no history', () => {
  // req: TX-5-01, TX-4.1-01, GR-04
  let issued = 0
  fc.assert(
    fc.property(attempt, ({ rules: tokenExchangeRules, request, subject, actor, may, own }) => {
      const client = aClient({
        ...service,
        scope: may,
        tokenExchange: tokenExchangeRules,
        lifetimes: { ...service.lifetimes, accessToken: own },
      })
      const decided = decide({ subject, actor }, request, { client })
      if (!decided.ok) return
      issued += 1
      const plan = decided.value
      assert.ok(subject?.live === true)
      const { token } = subject
      const fitting = tokenExchangeRules.filter(
        ({ from, to }) => to === plan.resource.id && (from === undefined || from.includes(token.clientId)),
      )

      assert.ok(fitting.length > 0)
      for (const word of plan.scope) {
        for (const within of [token.scope, may, plan.resource.scope]) assert.ok(within.includes(word))
        assert.ok(fitting.some(({ scope }) => scope === undefined || scope.includes(word)))
      }
      assert.ok(addSeconds(morning, plan.lifetime) <= token.expiresAt)
      assert.deepEqual([plan.subject, plan.under, plan.clientId], [token.subject, token.authorizationId, client.id])
      assert.deepEqual([plan.refreshable, plan.from], [false, undefined])
      const { actor: named, derivedFrom = [] } = plan.particulars ?? {}
      if (fitting.every(({ kind }) => kind === 'delegation')) assert.deepEqual(named?.act, token.particulars.actor)
      else assert.ok([named, named?.act].includes(token.particulars.actor))
      assert.ok(derivedFrom.includes(token.id) && derivedFrom.length <= 8)
      for (const each of token.particulars.derivedFrom ?? []) assert.ok(derivedFrom.includes(each))
      if (request.actorToken !== undefined) {
        assert.ok(actor?.live === true && derivedFrom.includes(actor.token.id))
        assert.equal(named?.sub, actor.token.subject)
        assert.ok(addSeconds(morning, plan.lifetime) <= actor.token.expiresAt)
      }
    }),
    { numRuns: 10_000 },
  )
  assert.ok(issued > 100, `${issued} of the attempts were allowed, so something was looked at`)
})
