import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue, oauthError } from '../protocol/errors.ts'
import type { Reason } from '../protocol/errors.ts'
import { textOf } from '../testing/build-request.ts'
import { json, methodNotAllowed, refusal, seeOther } from './respond.ts'

const issuer = 'https://as.example'
const reasons = Object.keys(catalogue) as Reason[]

test('[O21-3.2.4-01] a refusal is JSON, kept by nobody, with error, description and address of the explanation', () => {
  // req: O21-3.2.4-04, O21-3.2.3-06
  for (const reason of reasons) {
    const answer = refusal(oauthError(reason), issuer)
    const body = JSON.parse(textOf(answer)) as Record<string, string>

    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.deepEqual(Object.keys(body), ['error', 'error_description', 'error_uri'])
    assert.equal(body['error'], catalogue[reason].code)
    assert.match(body['error_description'] ?? '', /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    assert.match(body['error_uri'] ?? '', /^https:\/\/as\.example\/errors\/HF-[A-Z]+-\d{4}$/)
    assert.ok(!textOf(answer).includes(reason) || catalogue[reason].code.includes(reason), reason)
  }
})

test('[R5] a client that could not be believed gets 401 and a challenge, every other refusal neither', () => {
  // req: O21-3.2.4-02
  for (const reason of reasons) {
    const { status, headers } = refusal(oauthError(reason), issuer)
    const isClient = catalogue[reason].code === 'invalid_client'

    assert.equal(status === 401, isClient, reason)
    assert.equal(String(headers['www-authenticate'] ?? '').startsWith('Basic realm="'), isClient, reason)
  }
})

test('[O21-3.2.4-01] statuses are those of the table', () => {
  const statusOf = (reason: Reason) => refusal(oauthError(reason), issuer).status

  assert.equal(statusOf('code_expired'), 400)
  assert.equal(statusOf('grant_unknown'), 400)
  assert.equal(statusOf('form_too_large'), 413)
  assert.equal(statusOf('throttled'), 429)
  assert.equal(statusOf('fault'), 500)
  assert.equal(statusOf('unavailable'), 503)
  assert.equal(refusal(oauthError('throttled'), issuer, 30).headers['retry-after'], '30')
})

test('[O21-1.6-01] a redirect is 303', () => {
  // req: O21-7.5.4-01, BCP-2.1-05, BCP-4.12-01
  const answer = seeOther('https://client.example/cb?code=1')

  assert.equal(answer.status, 303)
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['referrer-policy'], 'no-referrer')
})

test('[R10] another method is told which ones there are', () => {
  const answer = methodNotAllowed(['GET', 'HEAD'])

  assert.equal(answer.status, 405)
  assert.equal(answer.headers['allow'], 'GET, HEAD')
})

test('[O21-C-01] JSON leaves out members without a value', () => {
  assert.equal(json(200, { a: 1, b: undefined }).body, '{"a":1}')
})
