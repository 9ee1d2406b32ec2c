import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { anEvent } from 'hufu/testing'
import { signedJwt } from '../../support/assertion.ts'
import { assertPostOnly } from '../../support/error-lines.ts'
import { nativeApp, startRegistration, webApp } from '../../support/registration.ts'
import type { Registration, RegistrationServer } from '../../support/registration.ts'
import { assertJson } from '../../support/token-oracles.ts'

/*
 * Section 3 of the requirements: the lines for registration and client configuration, each made to happen.
 */

const issuer = 'https://directory.example'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256' }

let as: RegistrationServer
let closed: RegistrationServer
before(async () => {
  as = await startRegistration({ registration: { softwareStatements: [{ issuer, jwks: { keys: [jwk] } }] } })
  closed = await startRegistration({ features: { registration: 'token' } })
})
after(async () => {
  for (const each of [as, closed]) {
    await each.close()
    assert.deepEqual(each.faults, [])
  }
})

interface Line {
  readonly when: string
  readonly status: number
  readonly error: string
  readonly send: () => Promise<Response>
}

const post = (metadata: unknown, headers = {}) => {
  // So that the limit of one line is not the next one's.
  as.later(61)
  return as.post(metadata, headers)
}
const uri = (...redirect_uris: string[]) => post({ ...webApp, redirect_uris })
const but = (changes: object) => post({ ...webApp, ...changes })
const line = (when: string, error: string, send: () => Promise<Response>, status = 400): Line => ({
  when,
  status,
  error,
  send,
})

const lines: readonly Line[] = [
  line('a fragment', 'invalid_redirect_uri', () => uri('https://charts.example/cb#x')),
  line('http', 'invalid_redirect_uri', () => uri('http://charts.example/cb')),
  line('a scheme that runs', 'invalid_redirect_uri', () => uri('javascript:alert(1)')),
  line('data', 'invalid_redirect_uri', () => uri('data:text/html,x')),
  line('a wildcard', 'invalid_redirect_uri', () => uri('https://*.example/cb')),
  line('quotes in an address', 'invalid_redirect_uri', () => uri('https://charts.example/"\\ü')),
  line('no redirect URI', 'invalid_redirect_uri', () => uri()),
  line('redirect URIs that are a text', 'invalid_redirect_uri', () =>
    but({ redirect_uris: 'https://charts.example/' }),
  ),
  line('no JSON', 'invalid_client_metadata', () => post('{')),
  line('no object', 'invalid_client_metadata', () => post([])),
  line('a member twice', 'invalid_client_metadata', () => post('{"client_name":"a","client_name":"b"}')),
  line('no UTF-8', 'invalid_client_metadata', () =>
    as.send('/register', {
      method: 'POST',
      body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
      headers: { 'content-type': 'application/json' },
    }),
  ),
  line('a form', 'invalid_client_metadata', () => post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })),
  line('jwks and jwks_uri', 'invalid_client_metadata', () =>
    but({ jwks: { keys: [jwk] }, jwks_uri: 'https://charts.example/keys' }),
  ),
  line('a grant without its response type', 'invalid_client_metadata', () => but({ response_types: ['token'] })),
  line('a method nobody knows', 'invalid_client_metadata', () => but({ token_endpoint_auth_method: '"ü\\' })),
  line('an address that runs', 'invalid_client_metadata', () => but({ client_uri: 'javascript:alert("ü")' })),
  line('a scope nobody knows', 'invalid_client_metadata', () => but({ scope: 'unheard.of"' })),
  line('a statement that is none', 'invalid_software_statement', () => but({ software_statement: 'x' })),
  line('a statement with the signature of another', 'invalid_software_statement', () =>
    but({ software_statement: signedJwt({}, { iss: issuer }, stranger) }),
  ),
  line('a statement of nobody trusted', 'unapproved_software_statement', () =>
    but({ software_statement: signedJwt({}, { iss: 'https://other.example' }, privateKey) }),
  ),
  line('too large', 'invalid_client_metadata', () => but({ client_name: 'x'.repeat(70_000) }), 413),
  line('no initial access token', 'invalid_token', () => closed.post(nativeApp), 401),
  line(
    'an initial access token that is bad',
    'invalid_token',
    () => closed.post(nativeApp, { authorization: `Bearer hia_${'A'.repeat(70)}` }),
    401,
  ),
  line(
    'no registration access token',
    'invalid_token',
    async () => as.send((await made()).registration_client_uri),
    401,
  ),
  line(
    'the registration access token of another',
    'invalid_token',
    async () => as.own(await made(), 'GET', undefined, (await made()).registration_access_token),
    401,
  ),
  line(
    'a client nobody knows',
    'invalid_token',
    () => as.send(`/register/app_${'0'.repeat(32)}`, { headers: { authorization: `Bearer hra_${'A'.repeat(70)}` } }),
    401,
  ),
  line(
    'a client that removed itself',
    'invalid_token',
    async () => {
      const client = await made()
      assert.equal((await as.own(client, 'DELETE')).status, 204)
      return as.own(client)
    },
    401,
  ),
  line(
    'a client that was disabled',
    'access_denied',
    async () => {
      const client = await made()
      const kept = await as.store.findClient(client.client_id as Parameters<typeof as.store.findClient>[0])
      await as.store.saveClient({ ...kept!, disabledAt: as.clock.now() }, anEvent())
      return as.own(client)
    },
    403,
  ),
  line('a replacement that is bad', 'invalid_redirect_uri', async () =>
    replace({ redirect_uris: ['javascript:alert(1)'] }),
  ),
  line('a replacement of another', 'invalid_client_metadata', () => replace({ client_id: 'x' })),
  line('a replacement of what is the server’s', 'invalid_client_metadata', () =>
    replace({ client_secret_expires_at: 1 }),
  ),
]

const made = (): Promise<Registration> => {
  as.later(61)
  return as.register(webApp)
}

async function replace(changes: object): Promise<Response> {
  const client = await made()
  return as.own(client, 'PUT', { ...webApp, client_id: client.client_id, ...changes })
}

async function assertAnswered(answer: Response, { status, error, when }: Line): Promise<void> {
  const text = await answer.text()
  assert.equal(answer.status, status, `${when}: ${text}`)
  assertJson(answer)
  const body = JSON.parse(text) as { error: string; error_description: string; error_uri: string }
  assert.deepEqual(Object.keys(body), ['error', 'error_description', 'error_uri'])
  assert.equal(body.error, error)
  assert.match(body.error_description, /^HF-[A-Z]+-\d{4} [\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.match(body.error_uri, /^https:[\x21\x23-\x5b\x5d-\x7e]+\/errors\/HF-[A-Z]+-\d{4}$/)
  assert.equal(
    answer.headers.get('www-authenticate'),
    status === 401 ? 'Bearer realm="hufu", error="invalid_token"' : null,
  )
  if (status === 429) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
}

for (const each of lines) {
  test(`[DCR-3.2.2-01] ${each.when} is answered ${each.status} ${each.error}, in JSON that nobody keeps`, async () => {
    // req: DCR-7592-2-01, DCR-7592-2.1-01
    await assertAnswered(await each.send(), each)
  })
}

test('[O21-3.2.4-04] whatever stands in the metadata, what is said of it keeps to its characters', async () => {
  // req: DCR-3.2.2-01, RG-12
  const known = (await made()) as object
  const members = [...Object.keys(known), 'jwks', 'jwks_uri', 'sector_identifier_uri', 'post_logout_redirect_uris']
  const texts = ['"\\', '\u00fc\u202e\n\0', '<b>', 'x'.repeat(3000)]
  const values = texts.flatMap((text) => [
    text,
    [text],
    [[text]],
    { [text]: text },
    { keys: [{ [text]: text, kty: text }] },
  ])

  for (const member of [...members, ...texts, '__proto__']) {
    for (const value of [...values, null, 1.5, true, -1, [null], {}]) {
      const answer = await post(JSON.stringify({ ...webApp, [member]: value }))
      assert.ok(answer.status === 201 || answer.status === 400, `${member} ${answer.status}`)
      const { error, error_description } = (await answer.json()) as { error?: string; error_description?: string }
      if (error !== undefined)
        assert.match(
          error_description ?? '',
          /^HF-REG-\d{4} [\x20\x21\x23-\x5b\x5d-\x7e]{1,500}$/,
          JSON.stringify([member, value]),
        )
      if (answer.status === 201) as.later(86_400)
    }
  }
})

test('[DCR-3.2.1-01] what succeeds is 201, 200 and 204, and nobody keeps it', async () => {
  // req: DCR-7592-2.1-01, DCR-7592-2.3-01
  const client = await made()
  const read = await as.own(client)
  const gone = await as.own(client, 'DELETE')

  assert.equal(read.status, 200)
  assertJson(read)
  assert.deepEqual([gone.status, await gone.text(), gone.headers.get('cache-control')], [204, '', 'no-store'])
})

test('[DCR-7592-2.3-01] each address says which methods it knows', async () => {
  // req: R10
  await assertPostOnly(as, '/register')
  for (const method of ['POST', 'PATCH', 'OPTIONS']) {
    const answer = await as.send((await made()).registration_client_uri, { method })
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD, PUT, DELETE'], method)
  }
})

test('[DCR-3-02] too many clients are answered 429, and when to come again', async () => {
  as.later(86_400)
  let answer = await as.post(nativeApp)
  for (let count = 0; count < 30 && answer.status === 201; count++) answer = await as.post(nativeApp)

  await assertAnswered(answer, { when: '', status: 429, error: 'temporarily_unavailable', send: async () => answer })
})
