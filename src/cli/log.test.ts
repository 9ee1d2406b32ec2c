import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { aProof, aProofKey, proofClaims } from '../testing/dpop.ts'
import { aFolder, freePort, startHufu } from '../testing/hufu-process.ts'
import { writeSpanPrinter } from '../testing/watched-program.ts'
import { requestFields } from './request-log.ts'
import { describeThrown } from './thrown.ts'

/*
 * Whole flows and whole failures, in which everything that is nobody's business begins with the canary's name.
 */
const clientSecret = 'hufucanary_secret_of_web_0123456789abcdef'
const password = 'hufucanary_password_of_li_wei'
const verifier = 'hufucanary_verifier_0123456789_0123456789_0123456789'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const seed = {
  clients: [
    {
      client_id: 'web',
      client_secret: clientSecret,
      redirect_uris: ['https://shop.cn/callback'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant, exchangeGrant],
      hufu_first_party: true,
      hufu_resources: ['https://api.shop.cn'],
    },
  ],
  users: [{ username: 'li.wei', password }],
}
const resources = {
  resources: [{ resource: 'https://api.shop.cn', scopes: ['orders.read'], tokenFormat: 'opaque' }],
  scopes: [{ name: 'orders.read', title: 'See your orders' }],
}
const config = {
  issuer: 'https://auth.shop.cn',
  listen: { port: 0 },
  shutdownDelay: 0,
  data: 'data',
  seed: 'seed.json',
  ...resources,
  features: { deviceGrant: true, tokenExchange: true, registration: 'open' },
}
const basic = { authorization: `Basic ${btoa(`web:${clientSecret}`)}` }

/** What runs beside the requests may meet the same lock. */
const byItself = /"where":"(?:audit|housekeeping)"|^fault (?:audit|housekeeping) /

const servers = [
  ['start', ['start', '--config', 'hufu.config.json'], /"msg":"fault"/],
  ['dev', ['dev', '--port', '0', '--data', 'data', '--seed', 'dev.json'], /^fault /],
] as const

for (const [name, words, fault] of servers) {
  test(`[LG-01] hufu ${name} says nothing of a secret, whether all goes well, badly or wrong, and each fault in one line`, async (t) => {
    // req: LG-03, LG-06
    const folder = await aFolder(t, {
      'seed.json': seed,
      'hufu.config.json': config,
      'dev.json': { ...seed, ...resources },
    })
    const port = await freePort()
    const server = await startHufu(t, words, folder, {
      NODE_OPTIONS: `--import ${await writeSpanPrinter(folder)}`,
      HUFU_MANAGEMENT__PORT: String(port),
      HUFU_TRACES__ENABLED: 'true',
      HUFU_TRACES__TRUST_PARENT: 'true',
      HUFU_INSPECTOR__ENABLED: 'true',
    })
    const url = /"url":"([^"]+)"/.exec(server.stderr())?.[1] ?? server.stdout().trim().split(' ')[1] ?? ''
    const ask = (path: string, headers: Record<string, string> = {}, form?: Record<string, string>) =>
      fetch(url + path, {
        redirect: 'manual',
        headers,
        ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
      })

    const secrets = await useWell(ask, name === 'start' ? config.issuer : url)
    await useBadly(ask)
    const lock = new DatabaseSync(join(folder, 'data', 'hufu.db'))
    lock.exec('BEGIN IMMEDIATE')
    const failed = await Promise.all([
      ask('/token', basic, { grant_type: 'client_credentials' }),
      ask('/token', basic, { grant_type: 'refresh_token', refresh_token: secrets[1] ?? '' }),
      ask('/authorize?client_id=web&redirect_uri=https://shop.cn/callback&state=hufucanary_state'),
    ])
    lock.exec('ROLLBACK')
    lock.close()
    const faults = failed.map((each) => each.headers.get('hufu-request-id') ?? '')
    const metrics = name === 'start' ? await (await fetch(`http://127.0.0.1:${port}/metrics`)).text() : ''
    assert.equal(await server.stop('SIGTERM'), 0)

    assert.deepEqual(
      failed.map(({ status }) => status),
      [503, 503, 303],
    )
    assert.match(failed[2]?.headers.get('location') ?? '', /error=temporarily_unavailable/)
    const lines = server.stderr().trimEnd().split('\n')
    for (const id of faults)
      assert.equal(lines.filter((line) => fault.test(line) && line.includes(id)).length, 1, server.stderr())
    assert.equal(lines.filter((line) => fault.test(line) && !byItself.test(line)).length, faults.length)
    for (const line of lines.filter((each) => fault.test(each))) assert.match(line, /\bStoreUnavailable\b/)
    const said = server.stdout() + server.stderr() + metrics
    const spans = lines.filter((line) => line.startsWith('{"span":'))
    assert.equal(spans.length > 20 && metrics.includes('hufu_events_total{'), name === 'start')
    for (const secret of ['hufucanary', btoa(`web:${clientSecret}`), clientSecret, password, verifier, ...secrets])
      for (const part of partsOf(secret)) assert.ok(!said.includes(part), `${part} is in the log`)
    assert.doesNotMatch(said, /\b(?:hac|hrt|hat|hcs)_[A-Za-z0-9_-]{20}|eyJ[A-Za-z0-9_-]{20}/)
    assert.doesNotMatch(said.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  })
}

test('the reference names every member of a line in the log, in both languages', async (t) => {
  const folder = await aFolder(t, { 'seed.json': seed, 'hufu.config.json': config })
  const server = await startHufu(t, ['start', '--config', 'hufu.config.json'], folder)
  const { url } = JSON.parse(server.stderr().split('\n')[0] ?? '') as { url: string }
  await fetch(`${url}/livez`)
  await fetch(`${url}/token`)
  await server.stop('SIGTERM')
  const lines = server.stderr().trimEnd().split('\n')
  const found = lines.flatMap((line) => Object.keys(JSON.parse(line) as object))

  for (const language of ['en', 'zh-CN']) {
    const page = readFileSync(join(import.meta.dirname, `../../docs/${language}/reference/operations.md`), 'utf8')
    const table = page.slice(page.lastIndexOf('\n## '))
    const named = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, names = '']) =>
      names.replaceAll('`', '').split(', '),
    )

    assert.deepEqual(new Set([...found, ...requestFields, 'err', 'where']), new Set(named))
  }
})

test('[LG-01] of what is thrown and is no error, and of what is attached to one, nothing is told', () => {
  const error = Object.assign(new TypeError('a sentence', { cause: 'hufucanary_cause' }), { token: 'hufucanary_token' })

  for (const thrown of [error, 'hufucanary', { hufucanary: 1 }, Symbol('hufucanary')])
    assert.doesNotMatch(JSON.stringify(describeThrown(thrown)), /hufucanary/)
  assert.deepEqual(
    [describeThrown(error).type, describeThrown(error).message, describeThrown(undefined).type],
    ['TypeError', 'a sentence', 'undefined'],
  )
})

/** It as a whole if it is short, and else everything of so many characters that is in it. */
function partsOf(secret: string, length = 12): readonly string[] {
  if (secret.length <= length) return [secret]

  return Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length))
}

type Ask = (path: string, headers?: Record<string, string>, form?: Record<string, string>) => Promise<Response>

/** The honest flow. @returns everything it was given that nobody else may have */
async function useWell(ask: Ask, issuer: string): Promise<readonly string[]> {
  const page = await ask('/sign-in')
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  const browser = cookiesOf(page)
  const signedIn = await ask('/sign-in', { cookie: browser }, { csrf, username: 'li.wei', password })
  const cookie = `${browser}; ${cookiesOf(signedIn)}`
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'web',
    redirect_uri: 'https://shop.cn/callback',
    state: 'hufucanary_state',
    login_hint: 'hufucanary_hint',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const left = await ask(`/authorize?${query}`, { cookie })
  const code = new URL(left.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const redeemed = await ask('/token', basic, { grant_type: 'authorization_code', code, code_verifier: verifier })
  const first = (await redeemed.json()) as { access_token: string; refresh_token: string }
  const refreshed = await ask('/token', basic, { grant_type: 'refresh_token', refresh_token: first.refresh_token })
  const second = (await refreshed.json()) as { access_token: string; refresh_token: string }
  await ask('/introspect', basic, { token: second.access_token })
  await ask('/revoke', basic, { token: first.access_token })
  const further = await useExtensions(ask, query, second.access_token)
  const proof = aProof(aProofKey(), proofClaims(Math.floor(Date.now() / 1000), { htu: `${issuer}/token` }))
  const bound = await ask('/token', { ...basic, dpop: proof }, { grant_type: 'client_credentials' })
  const { access_token: boundToken = '' } = (await bound.json()) as { readonly access_token?: string }
  assert.notEqual(boundToken, '')

  return [
    code,
    second.refresh_token,
    first.refresh_token,
    first.access_token,
    second.access_token,
    ...further,
    boundToken,
    proof,
    csrf,
    ...cookie.split('; ').map((each) => each.split('=')[1] ?? ''),
  ]
}

/** A pushed request, a device and an exchange. @returns what they were given */
async function useExtensions(ask: Ask, query: URLSearchParams, token: string): Promise<readonly string[]> {
  const { client_id: _, ...pushed } = Object.fromEntries(query)
  const { request_uri } = (await (await ask('/par', basic, pushed)).json()) as { request_uri: string }
  await ask(`/authorize?client_id=web&request_uri=${encodeURIComponent(request_uri)}`)
  const device = (await (await ask('/device_authorization', basic, { scope: 'orders.read' })).json()) as {
    readonly device_code: string
    readonly user_code: string
  }
  await ask('/token', basic, { grant_type: deviceGrant, device_code: device.device_code })
  await ask(`/device?user_code=${device.user_code}`)
  await ask('/token', basic, {
    grant_type: exchangeGrant,
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  })
  const given = [request_uri.slice(request_uri.lastIndexOf(':') + 1), device.device_code, device.user_code]
  assert.ok(given.every((each) => each.length > 7))

  return given
}

/** Whatever a stranger may send, in every place. */
async function useBadly(ask: Ask): Promise<void> {
  const evil = 'hufucanary\u001b[31m\u202e\r\n{"level":50,"msg":"fault"}'
  const page = await ask('/sign-in')
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  await ask('/sign-in', { cookie: cookiesOf(page) }, { csrf, username: password, password: `${evil}x` })
  for (const path of ['/token', '/introspect', '/revoke', '/i/hufucanary/consent', '/sign-in', '/sign-out'])
    await ask(
      `${path}?hufucanary=${encodeURIComponent(evil)}`,
      { cookie: 'hufucanary=1', 'x-hufucanary': '1' },
      {
        grant_type: evil,
        client_id: evil,
        client_secret: evil,
        token: evil,
        code: 'hac_hufucanary',
        refresh_token: 'hrt_hufucanary',
      },
    )
  for (const path of [
    '/hufucanary',
    '/errors/hufucanary',
    '/assets/hufucanary',
    '/.well-known/hufucanary',
    '//hufucanary',
  ])
    await ask(`${path}/${encodeURIComponent(evil)}?hufucanary`, { authorization: 'Bearer hufucanary' })
  await ask(`/authorize?client_id=${encodeURIComponent(evil)}&redirect_uri=https://hufucanary.example/`)
}

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
