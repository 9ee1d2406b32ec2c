import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runNightlyReport } from './nightly-report.ts'

const issuer = 'http://localhost:4000'
const api = 'http://127.0.0.1:4001'
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

test('[BCU-2.1-01] the job proves itself with a signed assertion whose only audience is the issuer, and sends no secret', async () => {
  // req: O21-2.4-03
  // req: JCA-3-10
  const { requests, run } = serve()

  await run()

  const form = requests.find((each) => each.url === `${issuer}/token`)!.form
  const [head, body, signature] = form.get('client_assertion')!.split('.')
  const claims = decode(body!)
  const signed = new TextEncoder().encode(`${head}.${body}`)
  assert.deepEqual(decode(head!), { alg: 'ES256', kid: 'key-1', typ: 'client-authentication+jwt' })
  assert.equal(claims['aud'], issuer)
  assert.equal(claims['iss'], 'nightly-report')
  assert.equal(claims['sub'], 'nightly-report')
  assert.ok(await crypto.subtle.verify(algorithm, keys.publicKey, Buffer.from(signature!, 'base64url'), signed))
  assert.equal(form.get('client_secret'), null)
})

test('[UX-2.4] the job asks for its own scope and resource, and calls the API with what it got', async () => {
  const { requests, run } = serve()

  const report = await run('2026-11-22')

  const form = requests.find((each) => each.url === `${issuer}/token`)!.form
  const call = requests.at(-1)!
  assert.equal(form.get('grant_type'), 'client_credentials')
  assert.equal(form.get('scope'), 'orders.stats')
  assert.equal(form.get('resource'), api)
  assert.equal(call.url, `${api}/stats/daily?date=2026-11-22`)
  assert.equal(call.headers.get('authorization'), 'Bearer the-access-token')
  assert.deepEqual(
    { ...report.call, milliseconds: 0 },
    {
      path: '/stats/daily?date=2026-11-22',
      tokenEnd: 'ken',
      status: 200,
      body: '{"orders":3}',
      milliseconds: 0,
    },
  )
})

test('[O21-1.5-01] a server that is not on this machine has to be reached by https', async () => {
  const { requests, run } = serve('http://auth.example')

  await assert.rejects(run(), /HTTPS/)
  assert.equal(requests.length, 0)
})

function serve(server = issuer) {
  const requests: { url: string; form: URLSearchParams; headers: Headers }[] = []

  async function answer(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    requests.push({ url: request.url, form: new URLSearchParams(await request.text()), headers: request.headers })
    if (request.url.startsWith(api)) return Response.json({ orders: 3 })
    if (request.url === `${server}/token`)
      return Response.json({ access_token: 'the-access-token', token_type: 'Bearer', expires_in: 300 })

    return Response.json({ issuer: server, token_endpoint: `${server}/token` })
  }

  const run = (date?: string) =>
    runNightlyReport({
      issuer: server,
      clientId: 'nightly-report',
      privateKey: keys.privateKey,
      keyId: 'key-1',
      api,
      fetch: answer,
      ...(date !== undefined && { date }),
    })

  return { requests, run }
}

const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
