import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import { proofOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens } from '../../support/token-oracles.ts'

let as: TestServer

before(async () => {
  as = await startServer()
})
after(async () => {
  await as.close()
  assert.deepEqual(as.faults, [])
})

const form = 'application/x-www-form-urlencoded'
const job = 'grant_type=client_credentials&scope=jobs.run'

/** A request for a job's token with this body, by M1. */
function post(body: BodyInit | undefined, headers: Record<string, string> = { 'content-type': form }, path = '/token') {
  const init = { method: 'POST', headers: { ...proofOf(cast.m1).headers, ...headers } }

  return as.send(path, body === undefined ? init : { ...init, body })
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('[O21-3.2-02] token, revocation and introspection answer POST alone; the parameters of others are never looked at', async () => {
  // req: R10, HT-02, INT-2.1-02, REV-2-02, HT-12
  const code = await as.code()
  as.writes.length = 0
  const query = `?grant_type=authorization_code&code=${code.code}&code_verifier=${code.verifier}&token=${code.code}`

  for (const path of ['/token', '/revoke', '/introspect']) {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await as.send(path + query, {
        method,
        headers: { ...proofOf(cast.c1).headers, 'x-http-method-override': 'POST' },
      })

      assert.equal(answer.status, 405, `${method} ${path}`)
      assert.equal(answer.headers.get('allow'), 'POST')
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    }
  }
  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))
})

test('[O21-3.2.2-01] the body is form-encoded UTF-8, with or without parameters of the media type', async () => {
  for (const type of [
    form,
    form.toUpperCase(),
    `${form};charset=UTF-8`,
    `${form}; charset="utf-8"`,
    `${form} ; x=y; charset=utf-8`,
  ]) {
    await assertTokens(await post(bytes(job), { 'content-type': type }))
  }
})

test('[HT-01] any other body is invalid_request: JSON, multipart, text, no type, other character sets, compressed, not UTF-8', async () => {
  // req: O21-3.2.2-01
  as.writes.length = 0
  const json = JSON.stringify({ grant_type: 'client_credentials' })
  const bodies: readonly (readonly [BodyInit | undefined, Record<string, string>])[] = [
    [json, { 'content-type': 'application/json' }],
    [job, { 'content-type': 'multipart/form-data; boundary=x' }],
    [job, { 'content-type': 'text/plain' }],
    [bytes(job), {}],
    [undefined, {}],
    [job, { 'content-type': `${form}; charset=utf-16` }],
    [job, { 'content-type': `${form}; charset="iso-8859-1"` }],
    [job, { 'content-type': `${form}x` }],
    [job, { 'content-type': `${form}, application/json` }],
    [job, { 'content-type': form, 'content-encoding': 'gzip' }],
    [new Uint8Array([...bytes(`${job}&x=`), 0xff, 0xfe]), { 'content-type': form }],
  ]
  for (const path of ['/token', '/revoke', '/introspect']) {
    for (const [body, headers] of bodies) {
      const { error_description } = await assertRefused(await post(body, headers, path), 400, 'invalid_request')
      assert.match(error_description, /^HF-TOKEN-0222/)
    }
  }
  assert.deepEqual(as.writes, [])
})

test('[O21-3.2-03] what is not known is ignored, repeated and strange names too', async () => {
  // req: HT-04
  const strange =
    'foo=1&foo=2&scope[$ne]=x&grant_type[]=password&__proto__=x&constructor=x&client_id[__proto__]=x&=&&%zz=1'

  const tokens = await assertTokens(await post(`${job}&${strange}`))

  assert.equal(tokens.scope, 'jobs.run')
})

test('[O21-3.2-04] an empty parameter is an absent one', async () => {
  await assertTokens(await post('grant_type=client_credentials&scope=&resource=&code=&client_id=&client_secret='))
  for (const [without, description] of [
    [{ grant_type: '' }, 'HF-TOKEN-0219'],
    [{ grant_type: 'authorization_code', code: '' }, 'HF-TOKEN-0200'],
    [{ grant_type: 'refresh_token', refresh_token: '' }, 'HF-TOKEN-0208'],
  ] as const) {
    const body = await assertRefused(await as.token(without), 400, 'invalid_request')
    assert.ok(body.error_description.startsWith(description))
  }
})

test('[O21-3.2-04] a defined parameter that comes twice is invalid_request, with equal values and empty ones too', async () => {
  // req: D5
  const code = await as.code()
  as.writes.length = 0
  const right = { grant_type: 'authorization_code', code: code.code, code_verifier: code.verifier, redirect_uri: 'x' }
  const more = { refresh_token: 'x', scope: 'orders.read', client_id: 'c1', client_secret: 'x' }
  const signed = { client_assertion: 'x', client_assertion_type: 'x' }

  for (const [name, value] of Object.entries({ ...right, ...more, ...signed })) {
    for (const twice of [
      [value, value],
      [value, 'other'],
      [value, ''],
      ['', ''],
    ]) {
      const answer = await as.token({ ...right, redirect_uri: undefined, [name]: twice })
      const { error_description } = await assertRefused(answer, 400, 'invalid_request', name)
      assert.match(error_description, /^HF-TOKEN-0223/, name)
    }
  }
  for (const [path, names] of [
    ['/revoke', ['token', 'token_type_hint', 'client_id']],
    ['/introspect', ['token', 'token_type_hint', 'client_id']],
  ] as const) {
    for (const name of names)
      await assertRefused(await post(`token=x&${name}=a&${name}=a`, undefined, path), 400, 'invalid_request')
  }
  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))
})

test('[O21-3.2-04] resource is the one that may come several times', async () => {
  await assertTokens(
    await post(`${job}&resource=${encodeURIComponent(cast.r1)}&resource=${encodeURIComponent(cast.r1)}`),
  )
})

test('[O21-3.2.2-02] a grant that is missing, unknown, or not registered for the client has an error of its own', async () => {
  // req: GR-01, BCP-2.4-01, O21-1.9-01
  await assertRefused(await as.token({}), 400, 'invalid_request')
  for (const grant_type of [
    'password',
    'implicit',
    'Authorization_Code',
    'AUTHORIZATION_CODE',
    'refresh-token',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'URN:IETF:PARAMS:OAUTH:GRANT-TYPE:DEVICE_CODE',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    '__proto__',
    'x'.repeat(8000),
  ]) {
    const answer = await as.token({ grant_type, username: 'alice', password: cast.alice.password })
    await assertRefused(answer, 400, 'unsupported_grant_type', grant_type)
  }
  await assertRefused(await as.token({ grant_type: 'client_credentials' }), 400, 'unauthorized_client')
  await assertRefused(await as.token({ grant_type: 'client_credentials' }, cast.p1), 400, 'unauthorized_client')
  for (const grant_type of ['authorization_code', 'refresh_token'])
    await assertRefused(
      await as.token({ grant_type, code: 'x', refresh_token: 'x' }, cast.m1),
      400,
      'unauthorized_client',
    )
})

test('[O21-1.9-01] names of parameters are case-sensitive', async () => {
  const answer = await post('GRANT_TYPE=client_credentials&Scope=jobs.run')

  await assertRefused(answer, 400, 'invalid_request')
})

test('[O21-2.4.1-02] credentials and parameters in the query are not read', async () => {
  // req: HT-02
  const { client_id, client_secret } = cast.c2
  const code = await as.code({ scope: 'orders.read' }, cast.c2)
  const query = new URLSearchParams({ client_id, client_secret, grant_type: 'authorization_code', code: code.code })
  const send = (path: string, body: string) =>
    as.send(`${path}?${query}&token=x`, { method: 'POST', body, headers: { 'content-type': form } })

  for (const path of ['/token', '/revoke', '/introspect']) {
    await assertRefused(await send(path, `client_id=${client_id}&token=x`), 401, 'invalid_client')
    await assertRefused(await send(path, ''), 400, 'invalid_request')
  }
  const inQuery = await as.send(`/token?code=${code.code}&code_verifier=${code.verifier}`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id, client_secret }),
  })
  await assertRefused(inQuery, 400, 'invalid_request')
  await assertTokens(await as.redeem(code))
})

test('[HT-03] more than 64 KiB of body, 200 parameters or 8 KiB of a value is refused and leaves nothing', async () => {
  // req: O21-1.7.1-01, O21-1.7.1-02
  as.writes.length = 0
  const filled = (length: number) => `${job}&x=`.padEnd(length, 'a')
  await assertTokens(await post(filled(64 * 1024)))
  await assertRefused(await post(filled(64 * 1024 + 1)), 413, 'invalid_request')
  await assertRefused(await post(filled(1024 * 1024)), 413, 'invalid_request')
  await assertTokens(await post(`${job}${'&x=1'.repeat(198)}`))
  await assertRefused(await post(`${job}${'&x=1'.repeat(199)}`), 413, 'invalid_request')
  await assertRefused(await post(`${job}${'&x=1'.repeat(10_000)}`), 413, 'invalid_request')

  for (const name of ['client_id', 'scope', 'code', 'refresh_token']) {
    const long = { grant_type: 'authorization_code', [name]: 'a'.repeat(8193) }
    await assertRefused(await as.token(long), 400, 'invalid_request', name)
  }
  const atMost = await as.token({ grant_type: 'authorization_code', code: 'a'.repeat(8192) })
  await assertRefused(atMost, 400, 'invalid_grant')
  assert.deepEqual(as.writes, ['commit', 'commit'], 'of the two that were good')
})

test('[O21-A-01] a value with characters outside of 0x20 to 0x7E is invalid_request, and is not repeated', async () => {
  // req: O21-3.2.4-04, O21-7.12-01
  for (const name of [
    'code',
    'code_verifier',
    'refresh_token',
    'client_id',
    'client_secret',
    'scope',
    'redirect_uri',
  ]) {
    for (const value of ['canary\r\nSet-Cookie: x=y', 'canary\u0000', 'canary£', 'canary\u007f', 'canary\u2028']) {
      const answer = await as.token({ grant_type: 'authorization_code', [name]: value })
      const body = await assertRefused(answer, 400, 'invalid_request', name)
      assert.doesNotMatch(JSON.stringify(body), /canary/)
    }
  }
  const undecodable = await post(`${job}&code=%ff%fe`)
  await assertRefused(undecodable, 400, 'invalid_request')
})

test('[O21-3.2-01] the addresses of the endpoints have neither a fragment nor a query', async () => {
  const metadata = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Record<string, string>

  for (const name of ['token_endpoint', 'revocation_endpoint', 'introspection_endpoint', 'authorization_endpoint'])
    assert.match(metadata[name] ?? '', /^https:\/\/as\.example\/[a-z]+$/)
})

test('[HT-10] a path that only resembles an endpoint is no endpoint, and a doubled leading slash is one', async () => {
  for (const path of ['/token/', '/token;x', '/%74oken', '/Token', '/token%00', '/token/../revoke/', '/x//token'])
    assert.equal((await post(job, undefined, path)).status, 404, path)

  const doubled = await as.send(`${as.issuer}//token`, {
    method: 'POST',
    body: job,
    headers: { 'content-type': form, ...proofOf(cast.m1).headers },
  })
  await assertTokens(doubled)
})
