import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accept, refuse } from '../base/result.ts'
import { aHash, liWei, morning, shop } from '../testing/index.ts'
import type { SessionId } from './authorization.ts'
import { decideDelivery, describeLogoutToken, maxAttempts } from './back-channel.ts'
import type { ClientId } from './client.ts'
import { sidOf } from './identity-token.ts'

const facts = {
  issuer: 'https://as.example',
  clientId: shop,
  subject: liWei,
  sessionId: aHash<SessionId>(),
  now: morning,
}

test('[OUT-BC-2.4-01] a logout token says who, which session and that it is over, for two minutes', () => {
  const { jti, ...claims } = describeLogoutToken(facts)

  assert.deepEqual(claims, {
    iss: 'https://as.example',
    sub: liWei,
    aud: shop,
    iat: morning / 1000,
    exp: morning / 1000 + 120,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sid: sidOf(facts.sessionId, shop),
  })
  assert.match(jti, /^[0-9a-f]{32}$/)
})

test('[OUT-BC-2.4-01] its jti is the same at every attempt, and another for another client or session', () => {
  const { jti } = describeLogoutToken(facts)
  const again = describeLogoutToken({ ...facts, now: (morning + 60_000) as typeof morning })

  assert.equal(again.jti, jti)
  assert.notEqual(again.iat, morning / 1000)
  assert.notEqual(describeLogoutToken({ ...facts, clientId: 'other' as ClientId }).jti, jti)
  assert.notEqual(describeLogoutToken({ ...facts, sessionId: aHash<SessionId>() }).jti, jti)
  assert.notEqual(jti, sidOf(facts.sessionId, shop))
})

test('[OUT-BC-2.5-01] 200 and 204 are the end, and so is every other answer; a redirect is none to follow', () => {
  for (const status of [200, 204]) assert.deepEqual(decideDelivery(accept(status), 1), { kind: 'delivered' })
  for (const status of [0, 201, 302, 303, 400, 404, 500, 503])
    assert.deepEqual(decideDelivery(accept(status), 1), { kind: 'failed', reason: `status_${status}` })
})

test('[OUT-BC-2.5-01] whom nobody could reach is tried again, later each time, and not for ever', () => {
  for (const problem of ['unreachable', 'too_slow']) {
    const waits = Array.from({ length: maxAttempts - 1 }, (_, index) => {
      const decision = decideDelivery(refuse(problem), index + 1)
      return decision.kind === 'again' ? decision.wait : undefined
    })
    assert.deepEqual(waits, [10, 60, 300, 1800])
    assert.deepEqual(decideDelivery(refuse(problem), maxAttempts), { kind: 'failed', reason: problem })
  }
  for (const problem of ['url_not_allowed', 'address_not_public'])
    assert.deepEqual(decideDelivery(refuse(problem), 1), { kind: 'failed', reason: problem })
})
