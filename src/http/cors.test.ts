import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aRequest } from '../testing/build-request.ts'
import { answerPreflight, withCors } from './cors.ts'

const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }

test('[HT-09] any origin may read, none with its cookies', () => {
  // req: O21-3.2-05
  const answer = withCors({ status: 200, headers: { 'cache-control': 'no-store' }, body: '' })

  assert.equal(answer.headers['access-control-allow-origin'], '*')
  assert.equal('access-control-allow-credentials' in answer.headers, false)
  assert.equal(answer.headers['cache-control'], 'no-store')
})

test('[O21-3.2-05] only an OPTIONS that asks about a method is a preflight', () => {
  const answer = answerPreflight(aRequest({ method: 'OPTIONS', headers: preflight }), ['POST'])

  assert.equal(answer?.status, 204)
  assert.equal(answer?.headers['access-control-allow-methods'], 'POST')
  assert.equal(answer !== undefined && 'access-control-allow-credentials' in answer.headers, false)
  assert.equal(answerPreflight(aRequest({ method: 'OPTIONS' }), ['POST']), undefined)
  assert.equal(answerPreflight(aRequest({ method: 'POST', headers: preflight }), ['POST']), undefined)
})
