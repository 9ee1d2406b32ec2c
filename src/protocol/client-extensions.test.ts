import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExtensions } from './client-extensions.ts'
import type { Metadata } from './client-metadata-shape.ts'
import { plainClient } from './client.ts'
import type { RegistrationContext } from './registration-context.ts'
import { identityScopes } from './settings.ts'

const known = { resources: ['https://orders.example'] } as unknown as RegistrationContext
const parse = (metadata: Metadata) => parseExtensions(metadata, known)
const faultOf = (metadata: Metadata) => {
  const parsed = parse(metadata)

  return parsed.ok ? 'ok' : parsed.error.split(':')[0]
}

test('[DCR-2-03] a registration that says nothing of the extensions has what a plain client has', () => {
  const { validAfter: _, ...extensions } = plainClient

  assert.deepEqual(parse({ scope: 'orders.read' }), { ok: true, value: extensions })
})

test('[OIDC-REG-2-01] identity scopes are those that are named beside openid, or all where no scope is named', () => {
  const scopeOf = (metadata: Metadata) => {
    const parsed = parse(metadata)

    return parsed.ok && parsed.value.identity.scope
  }

  assert.deepEqual(scopeOf({}), identityScopes)
  assert.deepEqual(scopeOf({ scope: 'email openid orders.read' }), ['openid', 'email'])
  assert.deepEqual(scopeOf({ scope: 'email orders.read' }), [])
})

test('[TX-5-01] an exchange is for a known resource, and names its actor unless told otherwise', () => {
  const parsed = parse({ hufu_token_exchange: [{ to: 'https://orders.example' }] })

  assert.deepEqual(parsed.ok && parsed.value.tokenExchange, [
    { from: undefined, to: 'https://orders.example', scope: undefined, kind: 'delegation' },
  ])
  assert.equal(faultOf({ hufu_token_exchange: [{ to: 'https://bills.example' }] }), 'hufu_token_exchange')
  assert.equal(
    faultOf({ hufu_token_exchange: [{ to: 'https://orders.example', scope: 'a  b' }] }),
    'hufu_token_exchange',
  )
})

test('[RG-01] what cannot be is refused by its member', () => {
  assert.equal(faultOf({ id_token_signed_response_alg: 'none' }), 'id_token_signed_response_alg')
  assert.equal(faultOf({ id_token_signed_response_alg: 'HS256' }), 'id_token_signed_response_alg')
  assert.equal(faultOf({ userinfo_signed_response_alg: 'RS512' }), 'userinfo_signed_response_alg')
  assert.equal(faultOf({ default_max_age: -1 }), 'default_max_age')
  assert.equal(faultOf({ default_max_age: 0, id_token_signed_response_alg: 'ES256' }), 'ok')
})

test('[RG-02] who makes itself known asks for the types of details that such clients may have, an operator’s for all', () => {
  const typesOf = (provenance: RegistrationContext['provenance'], named?: string[]) => {
    const metadata = named === undefined ? {} : { authorization_details_types: named }
    const parsed = parseExtensions(metadata, { ...known, provenance, detailTypes: ['order', 'note'] })

    return parsed.ok && parsed.value.authorizationDetailTypes
  }

  for (const provenance of ['self-registered', 'metadata-document'] as const) {
    assert.deepEqual(typesOf(provenance), ['order', 'note'])
    assert.deepEqual(typesOf(provenance, ['note', 'payment']), ['note'])
    assert.deepEqual(typesOf(provenance, ['payment']), [])
  }
  assert.equal(typesOf('operator'), undefined)
})
