import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signatureAlgorithms } from '../../../src/jose/algorithms.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'

let as: TestServer

before(async () => {
  as = await startServer()
})
after(() => as.close())

const open = {
  '/token': 'POST',
  '/revoke': 'POST',
  '/userinfo': 'GET, HEAD, POST',
  '/.well-known/jwks.json': 'GET, HEAD',
  '/.well-known/oauth-authorization-server': 'GET, HEAD',
  '/.well-known/openid-configuration': 'GET, HEAD',
}
const closed = [
  '/authorize',
  '/introspect',
  '/',
  '/sign-in',
  '/sign-out',
  '/i/x',
  '/errors/HF-TOKEN-0201',
  '/assets/hufu.css',
  '/nothing',
]
const origins = ['https://spa.example', 'https://evil.example', 'null', 'https://as.example.evil.example']

const grantsOf = (response: Response) =>
  [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))

test('[O21-3.2-05] what apps in the page need may be read from any origin, without its cookies', async () => {
  // req: HT-09, BCP-2.6-04, REV-2.3-01
  for (const [path, methods] of Object.entries(open)) {
    for (const origin of origins) {
      const preflight = await as.send(path, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
      assert.equal(preflight.status, 204, path)
      assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
      assert.equal(preflight.headers.get('access-control-allow-methods'), methods)
      assert.equal(
        preflight.headers.get('access-control-allow-headers'),
        'Authorization, Content-Type, DPoP, MCP-Protocol-Version',
      )
      assert.equal(preflight.headers.get('access-control-allow-credentials'), null)

      // Refusals can be read too, or an app could not tell what is wrong.
      for (const method of ['GET', 'POST', 'PUT']) {
        const answer = await as.send(path, { method, headers: { origin, cookie: 'x=y' } })
        assert.equal(answer.headers.get('access-control-allow-origin'), '*', `${method} ${path}`)
        assert.equal(answer.headers.get('access-control-allow-credentials'), null)
        assert.match(answer.headers.get('access-control-expose-headers') ?? '', /WWW-Authenticate/)
      }
    }
  }
})

test('[O21-3.2-05] nothing a person sees, and nothing for servers only, may be read from another origin', async () => {
  // req: HT-09, BCP-2.6-04
  for (const path of closed) {
    for (const origin of origins) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await as.send(path, {
          method,
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization',
          },
        })
        assert.deepEqual(grantsOf(answer), [], `${method} ${path}`)
        await answer.body?.cancel()
      }
    }
  }
})

test('[IN-08] metadata is made from configuration: no header changes a character of it', async () => {
  // req: HT-08, HT-11, BCP-4.13-01
  const path = '/.well-known/oauth-authorization-server'
  const usual = await (await as.get(path)).text()
  const odd = await as.get(path, {
    host: 'evil.example',
    forwarded: 'host=evil.example;proto=http',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-prefix': '/evil',
    'x-original-url': '/evil',
  })

  assert.equal(await odd.text(), usual)
  assert.equal((JSON.parse(usual) as { issuer: string }).issuer, as.issuer)
})

test('[IN-09] the published keys have no private member, whatever their kind, and during rotation too', async () => {
  for (const signingAlgorithm of signatureAlgorithms) {
    const other = await startServer({ signingAlgorithm })
    const { keys } = (await (await other.get('/.well-known/jwks.json')).json()) as { keys: Record<string, unknown>[] }
    assert.ok(keys.length >= 1)
    for (const key of keys) {
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv', 'seed'])
        assert.equal(name in key, false, `${signingAlgorithm}: ${name}`)
    }
    await other.close()
  }
})

test('[IN-10] what the metadata names exists, and nothing it names is weak', async () => {
  const metadata = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Record<string, string[]>
  const { form } = { form: 'application/x-www-form-urlencoded' }

  for (const [name, address] of Object.entries(metadata).filter(([each]) => each.endsWith('_endpoint'))) {
    const answer = await as.send(String(address), { method: 'POST', headers: { 'content-type': form } })
    assert.notEqual(answer.status, 404, name)
  }
  assert.doesNotMatch(JSON.stringify(metadata), /plain|"none","none"|HS256|implicit|password/)
  for (const grant_type of metadata['grant_types_supported']!) {
    const answer = await as.token({ grant_type })
    assert.notEqual(((await answer.json()) as { error: string }).error, 'unsupported_grant_type', grant_type)
  }
  for (const alg of metadata['token_endpoint_auth_signing_alg_values_supported']!)
    assert.match(alg, /^(?:ES|PS|RS)(?:256|384)$|^EdDSA$|^ML-DSA-(?:44|65)$/)
})
