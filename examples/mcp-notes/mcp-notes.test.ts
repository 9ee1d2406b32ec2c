import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createMcpNotes } from './mcp-notes.ts'

const issuer = 'http://localhost:4000'
const resource = 'http://127.0.0.1:4001/mcp'
const page = 'https://inspector.example'
const now = Date.parse('2026-11-23T02:00:00Z')

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const publicKey = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
/** What the example asked for over the network: nothing but its issuer, and never with anybody's token. */
const sent: { readonly url: string; readonly authorization: string | null }[] = []
let base: string
let close: () => void

before(async () => {
  const app = createMcpNotes({ resource, issuer, allowedOrigins: [page], now: () => now, fetch: server })
  const listening = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  base = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  close = () => listening.close()
})
after(() => close())

test('[MCP-RS-1-01] who comes without a token is led to the metadata, and those lead to the authorization server', async () => {
  // req: PRM-2-01, PRM-5.1-01, MCP-RS-4-01
  const answer = await post({ method: 'initialize' })
  const metadata = await (await fetch(`${base}/.well-known/oauth-protected-resource/mcp`)).json()

  assert.equal(answer.status, 401)
  assert.equal(
    answer.challenge,
    'Bearer resource_metadata="http://127.0.0.1:4001/.well-known/oauth-protected-resource/mcp", scope="notes.read"',
  )
  assert.deepEqual(metadata, {
    resource,
    authorization_servers: [issuer],
    scopes_supported: ['notes.read', 'notes.write'],
    bearer_methods_supported: ['header'],
    resource_name: 'Notes',
  })
})

test('[MCP-RS-1-01] a client that knows nothing of resource metadata is sent on to those of the authorization server', async () => {
  const answer = await fetch(`${base}/.well-known/oauth-authorization-server`, { redirect: 'manual' })

  assert.equal(answer.status, 302)
  assert.equal(answer.headers.get('location'), `${issuer}/.well-known/oauth-authorization-server`)
})

test('[MCP-RS-2-01] a token for another audience opens nothing, were it the same host, and no token is passed on', async () => {
  // req: RS-01
  for (const aud of ['http://127.0.0.1:4001', 'http://127.0.0.1:4001/', `${resource}/`, 'https://orders.example'])
    assert.equal((await post(listNotes, await token({ aud }))).status, 401, aud)
  assert.equal((await post(listNotes, await token({}))).status, 200)

  assert.deepEqual(new Set(sent.map((each) => new URL(each.url).origin)), new Set([issuer]))
  assert.ok(sent.every((each) => each.authorization === null))
})

test('[MCP-RS-3-01] each refusal has its status and challenge, a tool names the scope it needs, and who may write may read', async () => {
  // req: RS-04
  const expired = await post(listNotes, await token({ exp: Math.floor(now / 1000) - 60 }))
  const reading = await post(addNote, await token({}))
  const writing = await token({ scope: 'notes.write' })
  const malformed = await post(listNotes, undefined, { authorization: 'Bearer' })

  assert.deepEqual([expired.status, reading.status, malformed.status], [401, 403, 400])
  assert.match(expired.challenge ?? '', /error="invalid_token"/)
  assert.match(reading.challenge ?? '', /error="insufficient_scope"/)
  assert.match(reading.challenge ?? '', / scope="notes.write"/)
  assert.match(reading.challenge ?? '', /resource_metadata="/)
  assert.deepEqual([(await post(addNote, writing)).status, (await post(listNotes, writing)).status], [200, 200])
})

test('[RS-08] notes belong to issuer and subject, and a client that acts for itself has its own', async () => {
  const scope = 'notes.read notes.write'
  const mei = await token({ sub: 'mei', scope })
  const job = await token({ sub: 'nightly', client_id: 'nightly', scope })

  await post(addNote, mei)

  assert.match((await post(listNotes, mei)).text, /buy ink/)
  assert.doesNotMatch((await post(listNotes, job)).text, /buy ink/)
})

test('[HT-09] a page of a stranger is turned away, as is a name that only leads here; a page that is named may call', async () => {
  const preflight = (origin: string) => fetch(`${base}/mcp`, { method: 'OPTIONS', headers: { origin } })
  const known = await preflight(page)
  const called = await fetch(`${base}/mcp`, { method: 'POST', headers: { origin: page } })

  assert.equal(await statusAt('rebound.example'), 403)
  assert.equal(await statusAt('127.0.0.1'), 401)
  assert.equal((await preflight('https://evil.example')).status, 403)
  assert.equal((await preflight('null')).status, 403)
  assert.equal((await post(listNotes, await token({}), { origin: 'https://evil.example' })).status, 403)
  assert.equal(known.status, 204)
  assert.equal(known.headers.get('access-control-allow-origin'), page)
  assert.equal(known.headers.get('access-control-allow-credentials'), null)
  assert.match(known.headers.get('access-control-allow-headers') ?? '', /Authorization/)
  assert.equal(called.status, 401)
  assert.match(called.headers.get('access-control-expose-headers') ?? '', /WWW-Authenticate/)
})

test('[HT-03] a message is one, of bounded size, and JSON; there is no stream to listen to', async () => {
  const good = await token({})
  const raw = async (body: string) => (await post(body, good)).status

  assert.equal(await raw('{"jsonrpc"'), 400)
  assert.equal(await raw(JSON.stringify([listNotes, addNote])), 400)
  assert.equal(await raw(JSON.stringify({ ...listNotes, padding: 'x'.repeat(70_000) })), 413)
  const get = await fetch(`${base}/mcp`, { headers: { authorization: `Bearer ${good}`, accept: 'text/event-stream' } })
  assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST'])
})

const call = (name: string, given: object) => ({ method: 'tools/call', params: { name, arguments: given } })
const listNotes = call('list_notes', {})
const addNote = call('add_note', { text: 'buy ink' })

async function post(message: object | string, bearer?: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${base}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  })

  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    text: await response.text(),
  }
}

/** By node:http, since fetch writes the Host header itself. */
const statusAt = (host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(`${base}/mcp`, { method: 'POST', headers: { host } })
    request.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject)
    request.end()
  })

/** An authorization server as far as a guard asks one: its metadata and its keys. */
async function server(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = String(input instanceof Request ? input.url : input)
  sent.push({ url, authorization: new Headers(init?.headers).get('authorization') })
  if (url.endsWith('/jwks')) return Response.json({ keys: [publicKey] })

  return Response.json({ issuer, jwks_uri: `${issuer}/jwks` })
}

async function token(claims: Readonly<Record<string, unknown>>): Promise<string> {
  const seconds = Math.floor(now / 1000)
  const head = encode({ typ: 'at+jwt', alg: 'ES256', kid: 'k1' })
  const defaults = { iss: issuer, aud: resource, sub: 'li.wei', client_id: 'an-agent', scope: 'notes.read', jti: 'j' }
  const body = encode({ ...defaults, iat: seconds, exp: seconds + 300, ...claims })
  const bytes = new TextEncoder().encode(`${head}.${body}`)
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, bytes)

  return `${head}.${body}.${Buffer.from(signature).toString('base64url')}`
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
