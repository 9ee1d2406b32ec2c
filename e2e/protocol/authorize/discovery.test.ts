import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { c1, m1, r1, r2 } from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { toForm } from '../../support/user-agent.ts'

let as: TestServer
before(async () => {
  as = await startServer()
})
after(() => as.close())

type Document = Record<string, unknown> & Record<`${string}_endpoint`, string>

const discovery = async (headers: Readonly<Record<string, string>> = {}, path = 'oauth-authorization-server') =>
  as.get(`/.well-known/${path}`, headers)
const document = async () => (await (await discovery()).json()) as Document

test('[MD-3.1-01] discovery is JSON that may be kept and read from anywhere', async () => {
  // req: MD-6-01, MD-3-01, BCP-2.6-01
  const response = await discovery()

  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.match(response.headers.get('cache-control') ?? '', /^public, max-age=\d+$/)
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  assert.equal(response.headers.get('set-cookie'), null)
})

test('[IN-08] nothing of a request gets into discovery, whatever it says of host and protocol', async () => {
  // req: MD-6-01, BCP-4.13-01, HT-11, UI-17
  const plain = await (await discovery()).text()
  const spoofed = await discovery({
    host: 'evil.example',
    forwarded: 'host=evil.example;proto=http',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '8080',
    'x-original-url': '/evil',
    origin: 'https://evil.example',
    accept: 'text/html',
    'accept-language': 'zh-CN',
  })
  const elsewhere = await as.server.fetch(new Request('https://evil.example/.well-known/oauth-authorization-server'))

  assert.equal(await spoofed.text(), plain)
  assert.equal(await elsewhere.text(), plain)
})

test('[MD-3-02] both addresses of discovery give the same document', async () => {
  assert.equal(await (await discovery({}, 'openid-configuration')).text(), await (await discovery()).text())
})

test('[ISS-2-02] the issuer is the same in discovery, in the response and in the token', async () => {
  // req: MD-2-01, ISS-2.3-01, ISS-2-01
  const { issuer, authorization_response_iss_parameter_supported: supported } = await document()
  const page = await as.walk(as.browser(), as.authorize().url)
  const { access_token: token } = await as.tokens()
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

  assert.equal(issuer, as.issuer)
  assert.equal(supported, true)
  assert.equal(new URL(page.leavesFor ?? '').searchParams.get('iss'), issuer)
  assert.equal(claims['iss'], issuer)
})

test('[IN-09] the published keys are public halves only', async () => {
  // req: MD-2-04
  const response = await as.get(new URL(String((await document())['jwks_uri'])).pathname)
  const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }

  assert.ok(keys.length > 0)
  for (const key of keys) {
    assert.deepEqual(
      Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'].includes(name)),
      [],
    )
    assert.equal(typeof key['kid'], 'string')
  }
})

test('[IN-10] what discovery lists works, and what it does not list is refused', async () => {
  // req: MCP-AS-1-01, O21-7.10-02, BCP-2.1.1-05, MD-2-02, MD-2-03, MD-2-05, O21-1.4.1-05, BCP-2.4-01, BBA-7.3-01
  const found = await document()
  const listed = (name: string) => found[name] as string[]

  assert.deepEqual(listed('code_challenge_methods_supported'), ['S256'])
  assert.deepEqual(listed('response_types_supported'), ['code'])
  assert.deepEqual(listed('grant_types_supported').toSorted(), [
    'authorization_code',
    'client_credentials',
    'refresh_token',
  ])
  assert.deepEqual(listed('protected_resources'), [r1, r2])
  assert.ok(listed('token_endpoint_auth_signing_alg_values_supported').every((each) => !/^(none|HS)/.test(each)))
  assert.deepEqual(listed('token_endpoint_auth_methods_supported').toSorted(), [
    'client_secret_basic',
    'client_secret_post',
    'none',
    'private_key_jwt',
  ])
  for (const [name, address] of Object.entries(found)) {
    if (!name.endsWith('_endpoint')) continue
    const answer = await as.send(String(address), { method: name === 'authorization_endpoint' ? 'GET' : 'POST' })
    assert.notEqual(answer.status, 404, name)
    assert.notEqual(answer.status, 405, name)
  }
  for (const grant_type of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code', 'REFRESH_TOKEN']) {
    const answer = await as.token({ grant_type, username: 'alice', password: 'x' })
    assert.equal(((await answer.json()) as { error: string }).error, 'unsupported_grant_type')
  }
  assert.equal((await as.token({ grant_type: 'client_credentials' }, m1)).status, 200)
})

test('[O21-3.1-08] the authorization endpoint and every page have no CORS, and answer no preflight', async () => {
  // req: HT-09, BCP-2.6-04
  const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }

  for (const origin of ['https://evil.example', 'null', 'https://as.example.evil.example', 'https://client.example']) {
    for (const path of [
      as.authorize().url,
      as.authorize({ scope: 'x' }).url,
      '/authorize',
      '/i/none',
      '/sign-in',
      '/sign-out',
      '/',
      '/errors/HF-AUTHZ-0104',
      '/introspect',
      '/inspector',
      '/nowhere',
    ]) {
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const answer = await as.send(path, { method, headers: { origin, ...preflight } })
        const names = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
        assert.deepEqual(names, [], `${method} ${path}`)
        assert.ok(method !== 'OPTIONS' || answer.status >= 400, path)
      }
    }
  }
})

test('[O21-3.2-05] what apps in pages need is open to any origin, never with cookies', async () => {
  // req: BBA-6.3-03, HT-09
  const open = [
    '/token',
    '/revoke',
    '/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ]

  for (const origin of ['https://evil.example', 'null']) {
    for (const path of open) {
      const preflight = await as.send(path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      const answer = await as.send(path, { headers: { origin, cookie: '__Host-hufu_session=x' } })

      assert.equal(preflight.status, 204, path)
      for (const each of [preflight, answer]) {
        assert.equal(each.headers.get('access-control-allow-origin'), '*', path)
        assert.equal(each.headers.get('access-control-allow-credentials'), null)
      }
    }
  }
})

test('[HT-02] parameters in the address of a POST count for nothing, and another method than POST is refused', async () => {
  // req: R10, O21-3.2-02, O21-2.4.1-02
  const query = toForm({ grant_type: 'client_credentials', client_id: m1.client_id, client_secret: m1.client_secret })

  for (const path of ['/token', '/revoke', '/introspect']) {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await as.send(`${path}?${query}`, { method, headers: { 'x-http-method-override': 'POST' } })
      assert.equal(answer.status, 405, `${method} ${path}`)
      assert.equal(answer.headers.get('allow'), 'POST')
    }
    const posted = await as.send(`${path}?${query}`, { method: 'POST', body: new URLSearchParams() })
    assert.ok([400, 401].includes(posted.status), path)
  }
})

test('[HT-10] no other spelling of a path reaches an endpoint', async () => {
  // req: HT-11
  for (const path of [
    '/authorize/',
    '/Authorize',
    '/%61uthorize',
    '/authorize;x',
    '/authorize%2f',
    '/token/',
    '/token.css',
    '/.well-known/oauth-authorization-server/x.css',
    '/.well-known/oauth-authorization-server/',
    '/i',
    '/assets/../token',
    '/authorize/x',
  ])
    assert.equal((await as.get(path)).status, path === '/assets/../token' ? 405 : 404, path)
  assert.equal(
    (await as.get(`//authorize?${new URL(as.authorize().url).searchParams}`.replace('//', `${as.issuer}//`))).status,
    303,
  )
})

test('[UX-8.1] every error has a page under the address that is sent with it', async () => {
  const refused = await as.get(as.authorize({ scope: 'unknown' }, c1).url)
  const uri = new URL(refused.headers.get('location') ?? '').searchParams.get('error_uri') ?? ''

  assert.equal((await as.get(uri)).status, 200)
  for (const id of ['HF-AUTHZ-9999', 'constructor', '__proto__', 'toString', '../token', '%3Cscript%3E'])
    assert.ok((await as.get(`/errors/${id}`)).status >= 400, id)
})
