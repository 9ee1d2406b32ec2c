import assert from 'node:assert/strict'
import { test } from 'node:test'
import { because, catalogue, oauthError } from './errors.ts'
import type { Reason } from './errors.ts'

const reasons = Object.keys(catalogue) as Reason[]

test('[O21-3.2.4-04] every error has only the characters that may stand in an answer', () => {
  const wrong = reasons.filter((reason) => {
    const { code, description, id } = oauthError(reason)

    return !/^[a-z_]+$/.test(code) || !/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(`${id} ${description}`)
  })

  assert.deepEqual(wrong, [])
})

test('[UX-8.1] every error has a public number of its area', () => {
  assert.deepEqual(
    reasons.filter((each) => !/^HF-(AUTHZ|TOKEN|DEVICE|CLIENT|REG|INFO|LOGOUT|LIMIT)-0\d{3}$/.test(catalogue[each].id)),
    [],
  )
})

test('[CA-12] what must not be told apart says the same: unknown client, wrong secret, wrong method', () => {
  const alike = [
    ['client_unknown', 'client_secret_wrong', 'client_method_wrong', 'client_off', 'client_authentication_missing'],
    ['client_id_unknown', 'client_disabled'],
    ['refresh_token_unknown', 'refresh_token_of_another_client'],
  ] as const satisfies readonly Reason[][]

  for (const group of alike) {
    const said = group.map((reason) => JSON.stringify({ ...catalogue[reason] }))
    assert.equal(new Set(said).size, 1, group.join())
  }
})

test('[O21-3.2.4-01] a refusal keeps its exact reason inside and its registered code for the wire', () => {
  const refused = because('code_expired')

  assert.deepEqual(refused, {
    ok: false,
    error: {
      reason: 'code_expired',
      id: 'HF-TOKEN-0202',
      code: 'invalid_grant',
      description: 'the authorization code has expired',
    },
  })
})
