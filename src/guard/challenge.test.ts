import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { guardRefusals, type GuardReason } from '../protocol/guard-refusals.ts'
import { refusalResponse, retryAfterSeconds } from './challenge.ts'

const metadataUrl = 'https://api.example.com/.well-known/oauth-protected-resource/orders'
const context = { metadataUrl, schemes: ['Bearer'], tried: 'Bearer', algorithms: [], nonce: undefined } as const
const reasons = Object.keys(guardRefusals) as GuardReason[]
const challenging = reasons.filter((each) => guardRefusals[each].status !== 503)
const respond = (reason: GuardReason, scope: readonly string[] = ['orders.read'], detail?: string) =>
  refusalResponse({ reason, ...(detail === undefined ? {} : { detail }) }, { ...context, neededScope: scope })

test('[O21-5.3.2-01] malformed is 400 invalid_request, a bad token 401 invalid_token, too little scope 403', () => {
  const table = Object.fromEntries(
    reasons.map((reason) => {
      const { status, body } = respond(reason)
      return [reason, [status, JSON.parse(body).error]]
    }),
  )

  const bad = [401, 'invalid_token']
  const badProof = [401, 'invalid_dpop_proof']
  assert.deepEqual(table, {
    token_missing: [401, undefined],
    token_expired: bad,
    token_not_yet_valid: bad,
    audience_wrong: bad,
    signature_wrong: bad,
    key_unknown: bad,
    token_malformed: bad,
    token_type_wrong: bad,
    claims_incomplete: bad,
    confirmation_unknown: bad,
    token_bound: bad,
    token_unbound: bad,
    key_differs: bad,
    bearer_refused: bad,
    proof_missing: badProof,
    proof_malformed: badProof,
    proof_unsigned: badProof,
    proof_of_another_request: badProof,
    proof_out_of_time: badProof,
    proof_replayed: badProof,
    proof_nonce_needed: [401, 'use_dpop_nonce'],
    issuer_wrong: bad,
    token_inactive: bad,
    header_malformed: [400, 'invalid_request'],
    issuer_unavailable: [503, 'temporarily_unavailable'],
    replays_unavailable: [503, 'temporarily_unavailable'],
    scope_missing: [403, 'insufficient_scope'],
    subject_wrong: [403, 'insufficient_scope'],
    authentication_insufficient: [401, 'insufficient_user_authentication'],
    details_missing: [403, 'insufficient_scope'],
  })
})

test('[O21-5.3.2-02] without credentials the challenge says where to look, and nothing of an error', () => {
  // req: PRM-5.1-01
  const { headers, body } = respond('token_missing')

  assert.equal(headers['www-authenticate'], `Bearer resource_metadata="${metadataUrl}", scope="orders.read"`)
  assert.equal(body, '{}')
})

test('[PRM-5.1-01] every challenge says where the metadata is, those for a scope which one', () => {
  // req: O21-5.3.1-03, O21-5.3-01, MCP-RS-3-01
  const forbidden = parseChallenge(respond('scope_missing', ['orders.read', 'orders.write']).headers)

  for (const reason of challenging) {
    assert.equal(parseChallenge(respond(reason).headers).get('resource_metadata'), metadataUrl)
  }
  assert.equal(forbidden.get('error'), 'insufficient_scope')
  assert.equal(forbidden.get('scope'), 'orders.read orders.write')
  assert.match(forbidden.get('error_description')!, /^HF-GUARD-0510 /)
  assert.equal(parseChallenge(respond('token_expired', []).headers).has('scope'), false)
})

test('[O21-5.3.1-02] whatever a token holds, a challenge is one scheme with each parameter once', () => {
  // req: O21-5.3.1-01, UX-8.2
  const detail = fc.oneof(
    fc.uint16Array({ maxLength: 400 }).map((units) => String.fromCharCode(...units)),
    fc.constantFrom('"', '\\', '\r\nset-cookie: a=b', '", error="x'),
  )

  fc.assert(
    fc.property(fc.constantFrom(...challenging), detail, (reason, text) => {
      const { headers, body } = respond(reason, ['orders.read'], text)
      const said = JSON.parse(body).error_description

      const parameters = parseChallenge(headers)
      assert.equal(parameters.get('error_description'), said)
      if (said !== undefined) assert.match(said, /^[\x20\x21\x23-\x5B\x5D-\x7E]{1,300}$/)
    }),
  )
})

test('every refusal is JSON that nobody stores; one that is our own trouble says when to come back', () => {
  for (const reason of reasons) {
    const { headers } = respond(reason)
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['cache-control'], 'no-store')
  }
  const { headers } = respond('issuer_unavailable')

  assert.equal(headers['retry-after'], String(retryAfterSeconds))
  assert.equal(headers['www-authenticate'], undefined)
})

test('each number names one thing, and is written as all numbers are', () => {
  for (const { id, description } of Object.values(guardRefusals)) {
    assert.match(id, /^HF-GUARD-05\d\d$/)
    assert.match(description, /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/)
  }
})

/** Reads a challenge by the grammar of RFC 9110 section 11.6.1 and refuses a parameter that comes twice. */
function parseChallenge(headers: Readonly<Record<string, string>>): Map<string, string> {
  const parameter = /([a-z_]+)="([\x20\x21\x23-\x5B\x5D-\x7E]*)"/y
  const text = headers['www-authenticate']!
  const parameters = new Map<string, string>()
  assert.match(text, /^Bearer [a-z_]+="/)

  let at = 'Bearer '.length
  while (at < text.length) {
    parameter.lastIndex = at
    const [whole, name, value] = parameter.exec(text) ?? assert.fail(`not a challenge: ${text}`)
    assert.equal(parameters.has(name!), false)
    parameters.set(name!, value!)
    at += whole.length
    if (at < text.length) assert.equal(text.slice(at, at + 2), ', ')
    at += 2
  }
  return parameters
}
