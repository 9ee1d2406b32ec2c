import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { api2, mallory } from '../../support/fixtures.ts'
import { addClient, identityServer, o1, readSigned, userInfo } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'

type Client = Parameters<TestServer['tokens']>[1]

const pair = { ...o1, client_id: 'pair', subject_type: 'pairwise' } as unknown as NonNullable<Client>
const request = { scope: 'openid orders.read' }

async function subjects(as: TestServer, client: NonNullable<Client>, by = as.browser()) {
  const tokens = (await as.tokens(request, client, by)) as TokensWithId
  const { claims } = await readSigned(as, tokens.id_token)
  const payload = JSON.parse(Buffer.from(tokens.access_token.split('.')[1]!, 'base64url').toString()) as { sub: string }
  const info = (await (await userInfo(as, tokens.access_token)).json()) as { sub: string }
  const { sub: introspected } = await as.introspect(tokens.access_token)

  return { all: new Set([claims['sub'], payload.sub, info.sub, introspected]), tokens, sub: String(claims['sub']) }
}

test('[OIDC-8.1-01] a pairwise client knows a person by one subject wherever it can see one, and it is not the id of the account', async (t) => {
  const as = await identityServer(t)
  await addClient(as, pair as never)
  const { all, sub } = await subjects(as, pair)
  const again = await subjects(as, pair)
  const { subject } = (await as.store.findAccountByUsername('alice' as never))!

  assert.equal(all.size, 1)
  assert.match(sub, /^pw_[A-Za-z0-9_-]{43}$/)
  assert.equal(again.sub, sub)
  assert.equal((await subjects(as, o1 as never)).sub, subject)
})

test('[OIDC-8.1-01] clients of one host know a person alike, those of another do not, and no two persons are the same', async (t) => {
  const as = await identityServer(t)
  const elsewhere = { ...pair, client_id: 'elsewhere', redirect_uris: ['https://elsewhere.example/cb'] }
  const neighbour = { ...pair, client_id: 'neighbour', redirect_uris: ['https://open.example/other'] }
  for (const each of [pair, elsewhere, neighbour]) await addClient(as, each as never)
  const { sub } = await subjects(as, pair)
  const ofMallory = await subjects(as, pair, await as.signedIn(mallory))

  assert.equal((await subjects(as, neighbour)).sub, sub)
  assert.notEqual((await subjects(as, elsewhere)).sub, sub)
  assert.notEqual(ofMallory.sub, sub)
})

test('[OIDC-8.1-01] what ends the account, the authorization or the token ends a token with a pairwise subject, too', async (t) => {
  const as = await identityServer(t)
  await addClient(as, { ...(pair as object), scope: `${pair.scope} bills.read` })
  const client = { ...pair, scope: `${pair.scope} bills.read` }
  const jwt = await subjects(as, client)
  const opaque = (await as.tokens(
    { scope: 'openid bills.read', resource: 'https://billing.example' },
    client,
  )) as TokensWithId
  const refreshed = await as.token({ grant_type: 'refresh_token', refresh_token: jwt.tokens.refresh_token }, client)
  const renewed = (await refreshed.json()) as TokensWithId

  assert.equal((await readSigned(as, renewed.id_token)).claims['sub'], jwt.sub)
  assert.equal((await as.introspect(opaque.access_token, api2))['sub'], jwt.sub)
  const { headers } = proofOf(client)
  const form = (token: string) => ({ method: 'POST', headers, body: new URLSearchParams({ token }) })
  const own = (await (await as.send('/introspect', form(renewed.refresh_token!))).json()) as { sub: string }
  assert.equal(own.sub, jwt.sub)

  assert.equal((await as.send('/revoke', form(jwt.tokens.access_token))).status, 200)
  assert.deepEqual(await as.introspect(jwt.tokens.access_token), { active: false })
  const audited = (await as.store.listAudit(undefined, 1000)).find((each) => each.type === 'token_revoked')
  assert.equal(audited?.subject, (await as.store.findAccountByUsername('alice' as never))!.subject)
  assert.equal((await as.introspect(renewed.access_token))['active'], true)
  as.later(1)
  await as.server.saveAccount({ username: 'alice', password: 'another password of alice', name: 'Alice' })
  assert.deepEqual(await as.introspect(renewed.access_token), { active: false })
  assert.deepEqual(await as.introspect(opaque.access_token, api2), { active: false })
  assert.equal((await userInfo(as, renewed.access_token)).status, 401)
})

test('[OIDC-8.1-01] a hint of a pairwise client is about the person it knows by that subject', async (t) => {
  const as = await identityServer(t)
  await addClient(as, pair as never)
  const browser = await as.signedIn()
  const { tokens } = await subjects(as, pair, browser)
  const silent = as.authorize({ ...request, prompt: 'none', id_token_hint: tokens.id_token }, pair).url

  assert.match((await browser.open(silent)).leavesFor ?? '', /\?code=/)
  assert.match((await (await as.signedIn(mallory)).open(silent)).leavesFor ?? '', /error=login_required/)
})

test('[OIDC-8.1-01] several hosts need a document that lists all redirect URIs; it is read when the client is registered', async (t) => {
  let listed: unknown = []
  const host = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(listed))
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  t.after(() => host.close().closeAllConnections())
  const address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/sector`
  const as = await identityServer(t, { development: true, issuer: 'http://127.0.0.1:9' })
  const uris = ['https://one.example/cb', 'https://two.example/cb']
  const many = { ...pair, client_id: 'many', redirect_uris: uris }
  const save = async (more: object) => {
    const saved = await as.server.saveClient({ ...many, ...more })

    return saved.ok ? 'saved' : saved.error
  }

  assert.match(await save({}), /^sector_identifier_uri: a pairwise client/)
  assert.match(await save({ sector_identifier_uri: address }), /lacks a redirect URI/)
  listed = uris
  assert.equal(await save({ sector_identifier_uri: address }), 'saved')
  listed = { uris }
  assert.match(await save({ sector_identifier_uri: address }), /no array/)
  assert.match(await save({ sector_identifier_uri: 'http://127.0.0.1:1/' }), /cannot be had/)
  assert.match(await save({ sector_identifier_uri: 'http://sector.example/' }), /^sector_identifier_uri: /)
})
