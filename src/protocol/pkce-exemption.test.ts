import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, instant, seconds } from '../base/time.ts'
import { aClient, aSettings, morning } from '../testing/index.ts'
import type { Metadata } from './client-metadata-shape.ts'
import { isExempt, parseExemption } from './pkce-exemption.ts'
import type { RegistrationContext } from './registration-context.ts'

const parse = (text: string | undefined, method: 'none' | 'client_secret_basic' = 'client_secret_basic') =>
  parseExemption({ hufu_pkce_exempt_until: text } as Metadata, method, { now: morning } as RegistrationContext)

const faultOf = (text: string, method?: 'none') => {
  const parsed = parse(text, method)

  return parsed.ok ? 'ok' : parsed.error
}

test('[R1] an exemption is a day or an instant in UTC, at most a year ahead, and never for a public client', () => {
  assert.deepEqual(parse(undefined), { ok: true, value: undefined })
  assert.deepEqual(parse('2026-02-01'), { ok: true, value: Date.UTC(2026, 1, 1) })
  assert.deepEqual(parse('2026-02-01T12:30:00Z'), { ok: true, value: Date.UTC(2026, 1, 1, 12, 30) })
  assert.deepEqual(parse('2020-01-01'), { ok: true, value: Date.UTC(2020, 0, 1) })
  for (const text of [
    '',
    'never',
    '2026-13-01',
    '2026-02-01T12:30:00',
    '2026-02-01T12:30:00+08:00',
    '1790000000',
    '2026',
  ])
    assert.match(faultOf(text), /^hufu_pkce_exempt_until: must be a date/, text)
  assert.equal(faultOf('2027-01-06T08:00:00Z'), 'ok')
  assert.match(faultOf('2027-01-06T08:00:01Z'), /at most 366 days/)
  assert.match(faultOf('2026-02-01', 'none'), /a public client always needs PKCE/)
})

test('[R1] an exemption holds until its instant, for confidential clients of the operator, outside the FAPI profile', () => {
  const until = addSeconds(morning, seconds(60))
  const exempt = (client: Parameters<typeof aClient>[0], at = morning, profile: 'oauth21' | 'fapi2' = 'oauth21') =>
    isExempt(aClient({ pkceExemptUntil: until, ...client }), aSettings(undefined, { profile }), at)

  assert.deepEqual([exempt({}), exempt({}, instant(until - 1)), exempt({}, until)], [true, true, false])
  assert.equal(exempt({ pkceExemptUntil: undefined }), false)
  assert.equal(exempt({ type: 'public' }), false)
  for (const provenance of ['self-registered', 'metadata-document'] as const)
    assert.equal(exempt({ provenance }), false)
  assert.equal(exempt({}, morning, 'fapi2'), false)
})
