import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openSqlite } from 'hufu/sqlite'
import { createClock } from 'hufu/testing'
import { seconds } from '../../../src/base/time.ts'
import { addClient, identityServer, o1, readSigned } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { startServer } from '../../support/server.ts'

type Document = Readonly<Record<string, unknown>>

test('[OIDC-DISC-3-01] discovery has every member that OpenID Connect requires, and the ones whose default would be wrong', async (t) => {
  // req: OIDC-15.1-01, OIDC-DISC-4-01
  const as = await identityServer(t)
  const answer = await as.get('/.well-known/openid-configuration')
  const document = (await answer.json()) as Document

  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  const { issuer, authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri, ...rest } = document
  assert.deepEqual(
    [issuer, authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri],
    ['', '/authorize', '/token', '/userinfo', '/.well-known/jwks.json'].map((path) => as.issuer + path),
  )
  assert.deepEqual(rest['response_types_supported'], ['code'])
  assert.deepEqual(rest['response_modes_supported'], ['query', 'form_post'])
  assert.deepEqual(rest['subject_types_supported'], ['public', 'pairwise'])
  assert.ok((rest['id_token_signing_alg_values_supported'] as string[]).includes('RS256'))
  assert.deepEqual(rest['code_challenge_methods_supported'], ['S256'])
  assert.equal(rest['claims_parameter_supported'], true)
  assert.equal(rest['request_parameter_supported'], false)
  assert.equal(rest['request_uri_parameter_supported'], false)
  assert.deepEqual(rest['acr_values_supported'], ['urn:hufu:acr:pwd'])
  for (const scope of ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'orders.read'])
    assert.ok((rest['scopes_supported'] as string[]).includes(scope), scope)
  for (const [member, value] of Object.entries(document)) assert.notDeepEqual(value, [], member)
})

test('[OIDC-DISC-4-01] the document is where the path of the issuer says, at its end and, for who looks there, at the front', async (t) => {
  const as = await startServer({ issuer: 'https://as.example/t1' })
  t.after(as.close)
  const appended = await as.get('https://as.example/t1/.well-known/openid-configuration')
  const inserted = await as.get('https://as.example/.well-known/openid-configuration/t1')

  assert.equal(((await appended.json()) as Document)['issuer'], 'https://as.example/t1')
  assert.equal(((await inserted.json()) as Document)['issuer'], 'https://as.example/t1')
  assert.equal((await as.get('https://as.example/.well-known/openid-configuration')).status, 404)
})

test('[OIDC-DISC-4-01] where OpenID Connect is off there is nothing of it: no document, no member, no route, no scope', async (t) => {
  const as = await startServer({ features: { openid: false } })
  t.after(as.close)
  await addClient(as, o1)
  const document = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Document
  const page = await as.walk(as.browser(), as.authorize({ scope: 'openid' }, o1).url)
  const { keys } = (await (await as.get('/.well-known/jwks.json')).json()) as { keys: readonly { alg: string }[] }

  assert.equal((await as.get('/.well-known/openid-configuration')).status, 404)
  assert.equal((await as.get('/userinfo')).status, 404)
  for (const member of ['userinfo_endpoint', 'subject_types_supported', 'claims_supported'])
    assert.equal(member in document, false, member)
  assert.equal(new URL(page.leavesFor!).searchParams.get('error'), 'invalid_scope')
  assert.ok(keys.every(({ alg }) => alg !== 'RS256'))
  const form = as.authorize({ scope: 'orders.read', response_mode: 'form_post' }, o1)
  assert.match((await as.walk(as.browser(), form.url)).leavesFor ?? '', /error=invalid_request/)
})

test('[OIDC-10.1.1-01] when the key changes, ID tokens of before are still checked and taken as a hint, and new ones bear the new key', async (t) => {
  const clock = createClock()
  const store = openSqlite({ file: ':memory:' })
  const secret = randomBytes(32).toString('base64url')
  t.after(() => store.close())
  const start = () => startServer({ store, secret, clock: clock.now })
  const first = await start()
  await addClient(first, o1)
  const day = 86_400
  clock.advance(seconds(30 * day - 60))
  const old = (await first.tokens({ scope: 'openid' }, o1)) as TokensWithId
  await first.server.close()

  clock.advance(seconds(120))
  const second = await start()
  t.after(() => second.server.close())
  const browser = await second.signedIn()
  const fresh = (await second.tokens({ scope: 'openid' }, o1, browser)) as TokensWithId
  const hinted = second.authorize({ scope: 'openid', prompt: 'none', id_token_hint: old.id_token }, o1)

  assert.notEqual(headerOf(fresh.id_token), headerOf(old.id_token))
  for (const token of [old, fresh]) assert.equal((await readSigned(second, token.id_token)).claims['aud'], 'o1')
  assert.match((await browser.open(hinted.url)).leavesFor ?? '', /\?code=/)
  assert.match((await second.get('/.well-known/jwks.json')).headers.get('cache-control') ?? '', /max-age=600/)
})

const headerOf = (jwt: string) => jwt.slice(0, jwt.indexOf('.'))
