import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mallory, r1 } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

/** An app that runs in the page, with nothing behind it that could keep a secret. */
const app = {
  client_id: 'page-app',
  redirect_uris: ['https://spa.example/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
  application_type: 'web',
  scope: 'orders.read',
  hufu_default_resource: r1,
} as const

const day = 86_400

test('[O21-9-01] an app in the page is public, has the code grant with PKCE alone, and a refresh token that ends', async (t) => {
  // req: BBA-6.3-02, BBA-7.3-01, BBA-6.3.2.3-01
  const as = await startServer()
  t.after(as.close)
  const save = async (change: object) => {
    const saved = await as.server.saveClient({ ...app, ...change })
    return saved.ok ? 'saved' : saved.error
  }

  assert.match(await save({ grant_types: ['implicit'], response_types: ['token'] }), /implicit does not exist/)
  assert.match(await save({ grant_types: ['password'] }), /password does not exist/)
  assert.match(await save({ grant_types: ['client_credentials'] }), /confidential/)
  assert.match(await save({ token_endpoint_auth_method: undefined, hufu_kind: 'browser', client_secret: 'x' }), /none/)
  assert.match(await save({ hufu_refresh_token_lifetime: 'never' }), /always has an end/)
  assert.match(await save({ hufu_refresh_token_lifetime: 30 * day + 1 }), /must be/)
  assert.equal(await save({ hufu_refresh_token_lifetime: 30 * day }), 'saved')
  assert.equal(await save({}), 'saved')

  const withoutPkce = await as.get(as.authorize({ code_challenge: undefined }, app).url)
  assert.match(withoutPkce.headers.get('location') ?? '', /HF-AUTHZ-0110/)
  // The sign-in it began with lasts twelve hours, and the token no longer than that.
  const token = await as.rt({}, app)
  as.later(12 * 3600 - 1)
  const inTime = await as.token({ grant_type: 'refresh_token', refresh_token: token }, app)
  const next = ((await inTime.json()) as { refresh_token: string }).refresh_token
  as.later(1)
  const late = await as.token({ grant_type: 'refresh_token', refresh_token: next }, app)
  assert.deepEqual([inTime.status, late.status], [200, 400])
})

test('[O21-9-01] a page of any origin may call the token endpoint without cookies, and never the pages a person sees', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const headers = { origin: 'https://spa.example', 'access-control-request-method': 'POST' }
  const preflight = async (path: string) => (await as.send(path, { method: 'OPTIONS', headers })).headers

  for (const path of ['/token', '/revoke']) {
    const allowed = await preflight(path)
    assert.equal(allowed.get('access-control-allow-origin'), '*', path)
    assert.equal(allowed.get('access-control-allow-credentials'), null, path)
  }
  for (const path of ['/authorize', '/sign-in', '/introspect'])
    assert.equal((await preflight(path)).get('access-control-allow-origin'), null, path)
})

test('[BBA-6.3.2.3-02] signing out ends the refresh token of an app in the page, and none of another app', async (t) => {
  const as = await startServer()
  t.after(as.close)
  assert.ok((await as.server.saveClient(app)).ok)
  const browser = await as.signedIn()
  const inPage = await as.tokens({}, app, browser)
  const onServer = await as.tokens({}, undefined, browser)
  const refresh = async (token = '', client?: typeof app) =>
    (await as.token({ grant_type: 'refresh_token', refresh_token: token }, client)).status

  const page = await browser.open(`${as.issuer}/sign-out`)
  await browser.submit(page, '/sign-out', {})

  assert.deepEqual([await refresh(inPage.refresh_token, app), await refresh(onServer.refresh_token)], [400, 200])
})

test('[BBA-6.3.2.3-02] the person who signs in again keeps the app in the page going; somebody else in that browser ends it', async (t) => {
  // req: UI-03
  const as = await startServer()
  t.after(as.close)
  assert.ok((await as.server.saveClient(app)).ok)
  const browser = await as.signedIn()
  const sessionCookie = () => [...browser.cookies].find(([name]) => name.endsWith('hufu_session'))?.[1]
  const first = await as.tokens({}, app, browser)
  const before = sessionCookie()
  const refresh = (token = '') => as.token({ grant_type: 'refresh_token', refresh_token: token }, app)

  as.later(1)
  await as.walk(browser, as.authorize({ prompt: 'login' }, app).url)
  const kept = await refresh(first.refresh_token)
  as.later(1)
  await as.walk(browser, as.authorize({ prompt: 'login' }, app).url, { person: mallory })
  const ended = await refresh(((await kept.json()) as { refresh_token: string }).refresh_token)

  assert.ok(before !== undefined && before !== sessionCookie())
  assert.deepEqual([kept.status, ended.status], [200, 400])
})
