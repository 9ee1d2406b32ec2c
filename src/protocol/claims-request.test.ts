import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeOf } from '../testing/build.ts'
import { essentialAcrs, parseClaimsRequest, scopesOfClaims, subjectOf } from './claims-request.ts'

const allowed = scopeOf('openid profile email')

function parse(value: unknown, scope = allowed) {
  const parsed = parseClaimsRequest(typeof value === 'string' ? value : JSON.stringify(value), scope)

  return parsed.ok ? parsed.value : parsed.error.reason
}

test('[OIDC-5.5-01] of claims only what could ever be answered is kept, each wish with no more than it needs', () => {
  const kept = parse({
    id_token: { email: { essential: true, value: 'x@example.com', more: 1 }, phone_number: null, __proto__x: {} },
    userinfo: { nickname: null, acr: { values: ['a', 2, 'b'] }, toString: null },
    other: 'ignored',
  })

  assert.deepEqual(kept, {
    id_token: { email: { essential: true, values: ['x@example.com'] } },
    userinfo: { nickname: {}, acr: { values: ['a', 'b'] } },
  })
  assert.deepEqual(parse({}), { id_token: {}, userinfo: {} })
})

test('[OIDC-5.5-01] what is no JSON of this shape is refused', () => {
  for (const wrong of [
    '',
    '{',
    '[]',
    '"x"',
    'null',
    '{"id_token":1}',
    '{"userinfo":[]}',
    '{"id_token":{"email":true}}',
  ])
    assert.equal(parse(wrong), 'claims_malformed', wrong)
})

test('[OIDC-3.1.2.2-01] one person at most is named, whichever member names them', () => {
  const subject = (value: object) => {
    const claims = parse(value)
    assert.ok(typeof claims === 'object')
    const found = subjectOf(claims)

    return found.ok ? found.value : found.error.reason
  }

  assert.equal(subject({}), undefined)
  assert.equal(subject({ id_token: { sub: { value: 'a' } } }), 'a')
  assert.equal(subject({ userinfo: { sub: { value: 'a' } }, id_token: { sub: { value: 'a' } } }), 'a')
  assert.equal(subject({ userinfo: { sub: { value: 'a' } }, id_token: { sub: { value: 'b' } } }), 'claims_malformed')
  assert.equal(subject({ id_token: { sub: { values: ['a', 'b'] } } }), 'claims_malformed')
  assert.equal(subject({ id_token: { sub: null } }), undefined)
})

test('[STEP-5-01] only an essential acr with values is a demand', () => {
  const demanded = (acr: unknown) => {
    const claims = parse({ id_token: { acr } })

    return typeof claims === 'object' ? essentialAcrs(claims) : claims
  }

  assert.deepEqual(demanded({ essential: true, values: ['a', 'b'] }), ['a', 'b'])
  assert.deepEqual(demanded({ essential: true, value: 'a' }), ['a'])
  assert.equal(demanded({ values: ['a'] }), undefined)
  assert.equal(demanded({ essential: true }), undefined)
  assert.equal(demanded(null), undefined)
  assert.equal(essentialAcrs(undefined), undefined)
})

test('[OIDC-3.1.2.4-01] the person is asked about the scopes that claims of a request belong to', () => {
  const scopes = (value: object) => {
    const claims = parse(value)

    return typeof claims === 'object' ? scopesOfClaims(claims).join(' ') : claims
  }

  assert.equal(
    scopes({ id_token: { email: null }, userinfo: { birthdate: null, phone_number: null } }),
    'profile email',
  )
  assert.equal(scopes({ id_token: { sub: null, acr: null } }), '')
  assert.deepEqual(scopesOfClaims(undefined), [])
})
