import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { aFolder, startHufu } from '../testing/hufu-process.ts'

const issuer = 'https://auth.shop.cn'
const secret = 'hufucanary_secret_of_web_0123456789abcdef'
const password = 'hufucanary_password'
const redirectUri = 'https://shop.cn/callback'
const verifier = 'hufucanary_verifier_that_is_long_enough_0123456789'
const state = 'hufucanary_state'

const seed = {
  clients: [
    {
      client_id: 'web',
      client_name: 'Shop',
      client_secret: secret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      hufu_first_party: true,
    },
  ],
  users: [
    { username: 'ada', password, roles: ['admin'] },
    { username: 'li.wei', password, roles: ['administrator', 'Admin'] },
  ],
}

test('[UX-2.6] without the setting there is no inspector in production, for administrators neither', async (t) => {
  const ask = await start(t, {})

  for (const cookie of ['', await signIn(ask, 'ada', '/')]) {
    assert.equal((await ask('/inspector', { cookie })).status, 404)
    assert.equal((await ask('/inspector/events', { cookie })).status, 404)
  }
})

test('[UX-2.6] with the setting it asks to sign in, refuses who is no administrator, and shows an administrator what is masked', async (t) => {
  // req: LG-01, UX-2.5
  const ask = await start(t, { inspector: { enabled: true } })
  const paths = [
    '/inspector',
    '/inspector/',
    '/inspector/events',
    '/inspector/export?flow=fl_1&secrets=1',
    '/inspector/x',
  ]

  for (const path of paths) {
    const stranger = await ask(path)
    assert.deepEqual([stranger.status, stranger.headers.get('location')], [303, `${issuer}/sign-in`], path)
  }
  const liWei = await signIn(ask, 'li.wei', '/')
  for (const path of paths) {
    const refused = await ask(path, { cookie: liWei })
    assert.equal(refused.status, 403, path)
    assert.match(refused.headers.get('content-type') ?? '', /^text\/html/, path)
    assert.ok(!(await refused.text()).includes('nspector'), path)
  }

  const ada = await signIn(ask, 'ada', '/inspector')
  const values = await walk(ask, ada)
  const shown = await Promise.all(
    [
      '/inspector',
      ...['A', 'B', 'C', 'D'].map((step) => `/inspector?flow=fl_1&step=${step}&raw=1`),
      '/inspector/export?flow=fl_1&secrets=1',
      '/inspector/export?flow=fl_1&secrets=1&format=har',
    ].map(async (path) => {
      const answer = await ask(path, { cookie: ada })
      assert.equal(answer.status, 200, path)

      return answer.text()
    }),
  )

  const all = shown.join('\n')
  assert.ok(all.includes('client_id=web'))
  assert.ok(all.includes('Shop'))
  for (const value of [...values, secret, password, verifier, state]) {
    assert.ok(!all.includes(value), `${value.slice(0, 20)} is shown`)
    assert.ok(!all.includes(encodeURIComponent(value)), `${value.slice(0, 20)} is shown`)
  }
  for (const value of [...values, verifier, state])
    assert.ok(all.includes(`${value.slice(0, 4)}…(${value.length})`), `${value.slice(0, 20)} is not masked`)

  await ask('/sign-out', { cookie: ada, form: { csrf: await csrfOf(ask, '/sign-out', ada) } })
  assert.equal((await ask('/inspector', { cookie: ada })).status, 303)
})

test('[BCP-2.1-02] signing in leads where the server decided, whatever the address asks for', async (t) => {
  const ask = await start(t, { inspector: { enabled: true } })
  const query = new URLSearchParams(
    ['return_to', 'next', 'continue', 'redirect_uri', 'url', 'to'].map((name) => [name, 'https://evil.example/']),
  )

  await signIn(ask, 'li.wei', '/', `?${query}`)
  await signIn(ask, 'ada', '/inspector', `?${query}`)
})

type Ask = Awaited<ReturnType<typeof start>>

async function start(t: TestContext, changes: object) {
  const folder = await aFolder(t, {
    'seed.json': seed,
    'hufu.config.json': {
      shutdownDelay: 0,
      issuer,
      listen: { port: 0 },
      data: 'data',
      seed: 'seed.json',
      resources: [{ resource: 'https://api.shop.cn', scopes: ['orders.read'] }],
      scopes: [{ name: 'orders.read', title: 'See your orders' }],
      ...changes,
    },
  })
  const server = await startHufu(t, ['start', '--config', 'hufu.config.json'], folder)
  const { url } = JSON.parse(server.stderr().split('\n')[0] ?? '') as { url: string }

  return (path: string, { cookie = '', form, ...headers }: Given = {}) =>
    fetch(url + path, {
      redirect: 'manual',
      headers: { ...headers, cookie },
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    })
}

interface Given {
  readonly cookie?: string
  readonly authorization?: string
  readonly form?: Readonly<Record<string, string>>
}

async function csrfOf(ask: Ask, path: string, cookie: string): Promise<string> {
  return /name="csrf" value="([^"]+)"/.exec(await (await ask(path, { cookie })).text())?.[1] ?? ''
}

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')

/** @returns the cookies of a browser in which somebody is signed in */
async function signIn(ask: Ask, username: string, arrivesAt: string, query = ''): Promise<string> {
  const page = await ask(`/sign-in${query}`)
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  const browser = cookiesOf(page)
  const answer = await ask(`/sign-in${query}`, { cookie: browser, form: { csrf, username, password } })
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, issuer + arrivesAt])

  return `${browser}; ${cookiesOf(answer)}`
}

/** One flow from request to token. @returns all that nobody else may see of it */
async function walk(ask: Ask, cookie: string): Promise<string[]> {
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: 'web',
    redirect_uri: redirectUri,
    scope: 'orders.read',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const answer = await ask(`/authorize?${request}`, { cookie })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const tokens = (await (
    await ask('/token', {
      authorization: `Basic ${btoa(`web:${secret}`)}`,
      form: { grant_type: 'authorization_code', code, code_verifier: verifier },
    })
  ).json()) as { access_token: string; refresh_token: string }

  return [code, tokens.access_token, tokens.refresh_token]
}
