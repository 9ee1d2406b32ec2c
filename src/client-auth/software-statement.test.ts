import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import { signJws } from '../jose/jws.ts'
import { createStatementReader } from './software-statement.ts'

const issuer = 'https://directory.example'
const [own, stranger] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const jwk = { ...own!.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }
const read = createStatementReader([{ issuer, jwks: { keys: [jwk] } }])
const now = instant(1_790_000_000_000)
const claims = { iss: issuer, iat: 1_790_000_000, exp: 1_790_000_060, client_name: 'Approved' }

const sign = (payload: object, key = own!.privateKey, header: Record<string, unknown> = {}) =>
  signJws(header, payload as Record<string, unknown>, { kid: 'one', alg: 'ES256', key })

const refusal = (statement: unknown, at = now) => {
  const result = read({ client_name: 'Plain', software_statement: statement }, at)
  return result.ok ? undefined : result.error.code
}

test('[DCR-2.3-01] what a trusted statement claims wins over what stands beside it, and the rest stays', () => {
  const statement = sign({ ...claims, sub: 'x', aud: 'y', jti: 'z', redirect_uris: ['https://app.example/cb'] })

  const result = read({ client_name: 'Plain', scope: 'orders', software_statement: statement }, now)

  assert.deepEqual(result.ok && result.value, {
    client_name: 'Approved',
    scope: 'orders',
    redirect_uris: ['https://app.example/cb'],
    software_statement: statement,
  })
})

test('[DCR-2.3-01] a statement of somebody nobody trusts is not approved', () => {
  assert.equal(refusal(sign({ ...claims, iss: 'https://other.example' })), 'unapproved_software_statement')
  assert.equal(createStatementReader([])({ software_statement: sign(claims) }, now).ok, false)
})

test('[DCR-3.2.2-01] a statement that is malformed, over, not yet good, or signed by somebody else is invalid', () => {
  // req: DCR-2.3-01
  const good = sign(claims)
  const [head, body] = good.split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  const { iss: _, ...nameless } = claims
  const wrong = [
    sign(claims, stranger!.privateKey),
    `${head}.${body}.`,
    `${none}.${body}.`,
    `${head}.${Buffer.from(JSON.stringify({ ...claims, client_name: 'Other' })).toString('base64url')}.${good.split('.')[2]}`,
    sign({ ...claims, exp: 1_790_000_000 }),
    sign({ ...claims, iat: 1_790_000_011 }),
    sign({ ...claims, nbf: 1_790_000_011 }),
    sign(nameless),
    sign(claims, own!.privateKey, { typ: 'at+jwt' }),
    'x',
    '',
    42,
    'x'.repeat(20_000),
  ]

  assert.equal(refusal(good), undefined)
  assert.deepEqual(
    wrong.map((each) => refusal(each)).filter((code) => code !== 'invalid_software_statement'),
    [],
  )
})

test('[DCR-2.3-01] a statement that names no end has none', () => {
  const { exp: _, ...endless } = claims

  assert.equal(refusal(sign(endless), instant(now + 3_000_000_000_000)), undefined)
  assert.equal(refusal(undefined), undefined)
  assert.equal(refusal(null), undefined)
})
