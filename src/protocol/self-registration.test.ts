import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Metadata } from './client-metadata-shape.ts'
import type { Client } from './client.ts'
import type { RegistrationContext } from './registration-context.ts'
import { readSelfRegistration } from './self-registration.ts'

const id = 'https://app.example/client.json'
const callback = 'https://app.example/callback'

function read(metadata: Metadata & Record<string, unknown>, provenance: Client['provenance']) {
  return readSelfRegistration(metadata, metadata, { provenance } as RegistrationContext)
}

const document = (metadata: Metadata & Record<string, unknown> = {}) =>
  read({ client_id: id, redirect_uris: [callback], ...metadata }, 'metadata-document')

const refusal = (result: ReturnType<typeof read>) => (result.ok ? undefined : result.error)

test('[CIMD-4.1-01] a document has neither a secret nor a method that needs one, nor a private key', () => {
  const wrong: readonly (Metadata & Record<string, unknown>)[] = [
    { client_secret: 'x' },
    { client_secret_expires_at: 0 },
    { token_endpoint_auth_method: 'client_secret_basic' },
    { token_endpoint_auth_method: 'client_secret_post' },
    { token_endpoint_auth_method: 'client_secret_jwt' },
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map((each) => ({ jwks: { keys: [{ kty: 'EC', [each]: 'x' }] } })),
  ]

  assert.equal(document().ok, true)
  for (const metadata of wrong) {
    const [member = ''] = Object.keys(metadata)
    assert.match(refusal(document(metadata)) ?? '', new RegExp(`^${member}`))
  }
})

test('[CIMD-4.1-01] a document that leaves the method out is of a public client', () => {
  const left = document()
  const keyed = document({ token_endpoint_auth_method: 'private_key_jwt' })

  assert.equal(left.ok && left.value.token_endpoint_auth_method, 'none')
  assert.equal(keyed.ok && keyed.value.token_endpoint_auth_method, 'private_key_jwt')
})

test('[CIMD-8.1-01] the https redirect URIs of a document are on its own host', () => {
  assert.equal(document({ redirect_uris: [callback, 'http://127.0.0.1/callback', 'com.example.app:/cb'] }).ok, true)
  assert.match(
    refusal(document({ redirect_uris: [callback, 'https://evil.example/callback'] })) ?? '',
    /^redirect_uris\[1\]: /,
  )
  assert.match(
    refusal(document({ redirect_uris: ['https://app.example:444/callback'] })) ?? '',
    /^redirect_uris\[0\]: /,
  )
})

test('[CIMD-3-01] a document names itself by an address that may be one', () => {
  for (const client_id of ['http://app.example/c', 'https://app.example', 'https://app.example/c#x', 'app'])
    assert.match(refusal(document({ client_id })) ?? '', /^client_id: /)
})

test('[OIDC-REG-2-01] an app on a device is public whatever method it names, but for keys, and nothing else is changed', () => {
  const native: Metadata & Record<string, unknown> = {
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/cb'],
  }

  for (const method of [undefined, 'none', 'client_secret_basic', 'client_secret_post']) {
    const given = method === undefined ? native : { ...native, token_endpoint_auth_method: method }
    assert.deepEqual(read(given, 'self-registered'), {
      ok: true,
      value: { ...native, token_endpoint_auth_method: 'none' },
    })
  }
  const keyed = { ...native, token_endpoint_auth_method: 'private_key_jwt' }
  assert.deepEqual(read(keyed, 'self-registered'), {
    ok: true,
    value: keyed,
  })
})

test('[OIDC-REG-2-01] only a client that says it is of a web site is held to the redirect URIs of one', () => {
  const local = ['http://localhost:3000/cb']

  assert.equal(read({ redirect_uris: local }, 'self-registered').ok, true)
  assert.equal(read({ application_type: 'native', redirect_uris: local }, 'self-registered').ok, true)
  assert.match(
    refusal(read({ application_type: 'web', redirect_uris: local }, 'self-registered')) ?? '',
    /^redirect_uris\[0\]/,
  )
  assert.equal(read({ application_type: 'web', redirect_uris: [callback] }, 'self-registered').ok, true)
})
