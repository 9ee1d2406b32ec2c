import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { openApp } from '../support/fake-app.ts'
import type { FakeApp } from '../support/fake-app.ts'
import { alice } from '../support/fixtures.ts'
import { openAuthority, openSite, selfPosting, sendHtml } from '../support/loopback.ts'
import type { Site } from '../support/loopback.ts'
import type { TokensWithId } from '../support/openid.ts'
import type { TestServer } from '../support/server.ts'
import { toForm } from '../support/user-agent.ts'
import { openWatched } from '../support/watched-browser.ts'

let browser: Browser | undefined
let app: FakeApp
let elsewhere: Site
let as: TestServer
let attack = ''
before(async () => {
  app = await openApp('Leaver', { scope: 'openid orders.read' })
  elsewhere = await openSite((_url, response) => sendHtml(response, attack))
  as = await openAuthority([{ ...app.metadata, post_logout_redirect_uris: [`${app.at()}/bye`] }])
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await as?.close()
  await app?.close()
  await elsewhere?.close()
})

/** Alice signs in to the app. @returns the ID token */
async function signIn(page: Page): Promise<string> {
  const seen = app.answers().length
  const request = as.authorize({ scope: 'openid' }, app.metadata)
  await page.goto(request.url)
  await page.fill('#username', alice.username)
  await page.fill('#password', alice.password)
  await page.click('main form button.main')
  const allow = page.locator('button[value=allow]')
  await allow.or(page.locator('#app')).waitFor()
  if (await allow.isVisible()) await allow.click()
  await page.waitForURL(`${app.at()}/callback?**`)
  const code = app.answers()[seen]?.get('code') ?? ''

  return ((await (await as.redeem({ ...request, code })).json()) as TokensWithId).id_token
}

const isSignedIn = async (page: Page) => {
  await page.goto(`${as.issuer}/sign-out`)

  return (await page.locator('form[action="/sign-out"]').count()) === 1
}

const addressOf = (fields: Readonly<Record<string, string>>) => `${as.issuer}/end-session?${toForm(fields)}`

test('[OUT-RP-2-03] without a hint the browser shows the question, and the answer leads back to the app', async () => {
  // req: UX-3.5, UX-3.0
  const { context, complaints, close } = await openWatched(browser!, { javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page)
  await page.goto(
    addressOf({ client_id: 'leaver', post_logout_redirect_uri: `${app.at()}/bye`, state: 'kept', ui_locales: 'zh-CN' }),
  )

  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
  assert.match(await page.locator('main').innerText(), /Leaver/)
  await page.click('main form button.main')
  await page.waitForURL(`${app.at()}/bye?state=kept`)
  assert.equal(await isSignedIn(page), false)
  assert.deepEqual(complaints, [])
  await close()
})

test('[OUT-RP-2-03] axe finds nothing on the question, and with a hint by form post from the app there is none', async () => {
  // req: UX-9.1, OUT-RP-2-01
  const { context, complaints, close } = await openWatched(browser!)
  const page = await context.newPage()
  const hint = await signIn(page)
  await page.goto(addressOf({}))
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(violations, [])

  attack = selfPosting(`${as.issuer}/end-session`, {
    id_token_hint: hint,
    post_logout_redirect_uri: `${app.at()}/bye`,
    state: 'posted',
  })
  await page.goto(elsewhere.at())
  await page.waitForURL(`${app.at()}/bye?state=posted`)
  assert.equal(await isSignedIn(page), false)
  assert.deepEqual(complaints, [])
  await close()
})

test('[UI-10] what another site loads or posts without the ID token signs nobody out', async () => {
  // req: UI-01, UX-3.5
  const { context, close } = await openWatched(browser!)
  const page = await context.newPage()
  const hint = await signIn(page)
  const address = addressOf({ id_token_hint: hint })
  attack = `<img src="${address}" alt=""><iframe src="${address}"></iframe><script src="${address}"></script>`
  await page.goto(elsewhere.at(), { waitUntil: 'networkidle' })
  assert.equal(await isSignedIn(page), true)

  attack = selfPosting(`${as.issuer}/end-session`, { csrf: 'x', client_id: 'leaver' })
  await page.goto(elsewhere.at())
  await page.waitForURL(`${as.issuer}/end-session**`)
  assert.equal(await page.locator('form[action="/end-session"]').count(), 1)
  assert.equal(await isSignedIn(page), true)
  await close()
})
