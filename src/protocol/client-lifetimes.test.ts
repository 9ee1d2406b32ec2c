import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLifetimes } from './client-lifetimes.ts'
import type { RequestedLifetimes } from './client-lifetimes.ts'
import type { Client } from './client.ts'

const day = 86_400

test('[O21-2.4-06] refresh tokens of clients without a credential live shorter, and always end', () => {
  // req: BBA-6.3.2.3-01
  assert.deepEqual(of('native'), { idle: 30 * day, absolute: 180 * day })
  assert.deepEqual(of('browser'), { idle: day, absolute: 7 * day })
  assert.deepEqual(of('web'), { idle: 90 * day, absolute: 'never' })
  assert.deepEqual(of('service'), { idle: 90 * day, absolute: 'never' })
})

test('[O21-4.3.3-03] a refresh token never expires only where the operator says so, of a confidential client', () => {
  assert.deepEqual(of('web', { hufu_refresh_token_lifetime: 'never' }), { idle: 'never', absolute: 'never' })
  assert.deepEqual(of('web', { hufu_refresh_token_idle: 'never' }), { idle: 'never', absolute: 'never' })
  assert.deepEqual(of('web', { hufu_refresh_token_lifetime: 'never', hufu_refresh_token_idle: day }), {
    idle: day,
    absolute: 'never',
  })
})

test('[BBA-6.3.2.3-01] never is refused for an app in the page and for every other public client', () => {
  for (const kind of ['browser', 'native'] as const) {
    assert.match(refusal(kind, { hufu_refresh_token_lifetime: 'never' }), /^hufu_refresh_token_lifetime: /)
    assert.match(refusal(kind, { hufu_refresh_token_idle: 'never' }), /^hufu_refresh_token_idle: /)
  }
})

test('an idle time is no longer than the lifetime, and follows a shorter one by itself', () => {
  assert.deepEqual(of('web', { hufu_refresh_token_lifetime: day }), { idle: day, absolute: day })
  assert.deepEqual(of('native', { hufu_refresh_token_lifetime: day, hufu_refresh_token_idle: day }), {
    idle: day,
    absolute: day,
  })
  assert.match(
    refusal('native', { hufu_refresh_token_lifetime: day, hufu_refresh_token_idle: day + 1 }),
    /^hufu_refresh_token_idle: /,
  )
})

test('[R7] a native app whose tokens are bound to its key may have one that never expires, an app in the page may not', () => {
  const never = { hufu_refresh_token_lifetime: 'never', dpop_bound_access_tokens: true } as const

  assert.deepEqual(of('native', never), { idle: 'never', absolute: 'never' })
  assert.match(refusal('native', { ...never, dpop_bound_access_tokens: false }), /dpop_bound_access_tokens/)
  assert.match(refusal('browser', never), /always has an end/)
})

test('[R6] refresh tokens are kept only for a confidential client whose tokens are bound to its key', () => {
  const kept = (kind: Parameters<typeof parseLifetimes>[0], dpop_bound_access_tokens?: boolean) => {
    const parsed = parseLifetimes(kind, { hufu_refresh_rotation: false, dpop_bound_access_tokens })

    return parsed.ok ? parsed.value.refreshKept : parsed.error.split(':')[0]
  }

  assert.deepEqual([kept('web', true), kept('service', true)], [true, true])
  for (const kind of ['web', 'service'] as const) assert.equal(kept(kind), 'hufu_refresh_rotation')
  for (const kind of ['native', 'browser'] as const) assert.equal(kept(kind, true), 'hufu_refresh_rotation')
  for (const hufu_refresh_rotation of [true, undefined]) {
    const parsed = parseLifetimes('web', { hufu_refresh_rotation })
    assert.equal(parsed.ok && parsed.value.refreshKept, false)
  }
})

test('lifetimes keep to their bounds, both ends included', () => {
  const bounds = [
    ['hufu_access_token_lifetime', 'web', 60, day],
    ['hufu_refresh_token_lifetime', 'native', 60, 366 * day],
    ['hufu_refresh_token_lifetime', 'browser', 60, 30 * day],
    ['hufu_refresh_token_lifetime', 'web', 60, 3660 * day],
    ['hufu_refresh_token_idle', 'web', 60, 3660 * day],
    ['hufu_refresh_retry', 'web', 0, 60],
  ] as const

  for (const [member, kind, least, most] of bounds) {
    for (const value of [least, most]) assert.equal(parseLifetimes(kind, { [member]: value }).ok, true)
    for (const value of [least - 1, most + 1, least + 0.5, NaN])
      assert.ok(refusal(kind, { [member]: value }).startsWith(`${member}: `), `${member} ${value}`)
  }
})

test('the retry window is ten seconds unless told otherwise, and none is a choice', () => {
  const usual = parseLifetimes('web', {})
  const none = parseLifetimes('web', { hufu_refresh_retry: 0 })

  assert.equal(usual.ok && usual.value.refreshRetry, 10)
  assert.equal(none.ok && none.value.refreshRetry, 0)
})

function of(kind: Client['kind'], requested: RequestedLifetimes = {}) {
  const result = parseLifetimes(kind, requested)
  assert.ok(result.ok)

  return { idle: result.value.refreshIdle, absolute: result.value.refreshAbsolute }
}

function refusal(kind: Client['kind'], requested: RequestedLifetimes) {
  const result = parseLifetimes(kind, requested)
  assert.equal(result.ok, false)

  return result.error
}
