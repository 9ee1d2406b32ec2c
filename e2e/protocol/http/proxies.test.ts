import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { listen } from 'hufu/node'
import { c1, issuer } from '../../support/fixtures.ts'
import { proofOf, startServer } from '../../support/server.ts'

const forged = {
  'x-forwarded-for': '198.51.100.9',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '81',
  'x-forwarded-prefix': '/evil',
  'x-original-url': '/evil',
  'x-rewrite-url': '/evil',
  'x-real-ip': '198.51.100.10',
  'x-client-cert': 'MIIB',
  'x-ssl-client-verify': 'SUCCESS',
  forwarded: 'for=198.51.100.11;host=evil.example;proto=http',
  'true-client-ip': '198.51.100.12',
  'cf-connecting-ip': '198.51.100.13',
  host: 'evil.example',
}

test('[BCP-4.13-01] what a stranger forwards about itself changes nothing: not the address, not host, scheme or path', async (t) => {
  // req: HT-08
  const { as, ask } = await serve(t)

  const metadata = await ask('/.well-known/oauth-authorization-server', forged)
  const page = await ask('/sign-in', forged)
  const leaving = await ask(new URL(as.authorize({ scope: 'unknown' }).url), forged)
  as.later(1)
  await ask('/token', forged, 'client_id=nobody&grant_type=client_credentials')

  assert.equal(metadata.status, 200)
  const { issuer: said, ...document } = JSON.parse(metadata.body) as Record<string, unknown>
  assert.equal(said, issuer)
  assert.equal(new URL(String(document['token_endpoint'])).origin, issuer)
  assert.ok(page.cookies.length > 0)
  for (const cookie of page.cookies) assert.match(cookie, /^__Host-.*; Secure$/)
  assert.equal(new URL(leaving.location).searchParams.get('iss'), issuer)
  assert.ok(!(metadata.all + page.all + leaving.all).includes('evil'))
  assert.equal(await lastAddress(as), '127.0.0.1')
})

test('[HT-08] behind a proxy that is named the caller is the last hop before it, whatever the caller sent', async (t) => {
  // req: BCP-4.13-01
  const { as, ask } = await serve(t, ['127.0.0.1', '10.0.0.0/8'])
  const cases = [
    [{ 'x-forwarded-for': '198.51.100.9' }, '198.51.100.9'],
    [{ 'x-forwarded-for': '127.0.0.1, 198.51.100.9, 10.1.2.3' }, '198.51.100.9'],
    [{ 'x-forwarded-for': ['127.0.0.1', '198.51.100.9'] }, '198.51.100.9'],
    [{ 'x-forwarded-for': '[2001:DB8::1:2:3:4]:443' }, '2001:db8:0:0::/64'],
    [{ ...forged, 'x-forwarded-for': undefined }, '127.0.0.1'],
  ] as const

  for (const [headers, address] of cases) {
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
    as.later(1)
    await ask('/token', sent as Headers, 'client_id=nobody&grant_type=client_credentials')
    assert.equal(await lastAddress(as), address)
  }
})

test('[CA-11] a guesser of secrets is one guesser, whatever address it writes into the header', async (t) => {
  // req: HT-08
  for (const proxies of [[], ['127.0.0.1']]) {
    const { ask } = await serve(t, proxies)
    const guess = (at: number) =>
      ask(
        '/token',
        {
          ...proofOf({ ...c1, client_secret: `wrong ${at}` }).headers,
          // With a proxy, its own entry comes last.
          'x-forwarded-for': [`198.51.100.${at}`, ...(proxies.length > 0 ? ['203.0.113.5'] : [])].join(', '),
        },
        'grant_type=client_credentials',
      )
    const statuses: number[] = []
    for (let at = 0; at < 21; at++) statuses.push((await guess(at)).status)

    assert.deepEqual(statuses, [...Array<number>(20).fill(401), 429])
  }
})

type Headers = Readonly<Record<string, string | readonly string[]>>

async function serve(t: TestContext, trustedProxies: readonly string[] = []) {
  const as = await startServer()
  const listening = await listen(as.server, { port: 0, trustedProxies })
  t.after(async () => {
    await listening.close()
    await as.close()
  })

  return {
    as,
    /** As raw as it has to be: fetch would not let `host` be set. */
    ask: (target: string | URL, headers: Headers, form?: string) => {
      const path = typeof target === 'string' ? target : target.pathname + target.search

      return new Promise<{ status: number; location: string; cookies: string[]; body: string; all: string }>(
        (resolve, reject) => {
          const asked = request({
            port: listening.port,
            host: '127.0.0.1',
            path,
            agent: false,
            method: form === undefined ? 'GET' : 'POST',
            headers: {
              ...(headers as Record<string, string | string[]>),
              ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
            },
          })
          asked.once('error', reject)
          asked.once('response', async (answer) => {
            let body = ''
            for await (const chunk of answer.setEncoding('utf8')) body += String(chunk)
            resolve({
              status: answer.statusCode ?? 0,
              location: answer.headers.location ?? '',
              cookies: answer.headers['set-cookie'] ?? [],
              body,
              all: answer.rawHeaders.join('\n') + body,
            })
          })
          asked.end(form)
        },
      )
    },
  }
}

async function lastAddress({ store }: Awaited<ReturnType<typeof startServer>>) {
  return (await store.listAudit(undefined, 1000)).at(-1)?.address
}
