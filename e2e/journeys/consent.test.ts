import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createOrderApi, openOrderBook } from '../../examples/order-api/order-api.ts'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { openApp } from '../support/fake-app.ts'
import type { FakeApp } from '../support/fake-app.ts'
import * as cast from '../support/fixtures.ts'
import { openAuthority } from '../support/loopback.ts'
import type { AuthorizationRequest, TestServer } from '../support/server.ts'
import { openWatched, textOf } from '../support/watched-browser.ts'

const scopes = [
  { name: 'orders.read', title: 'See your orders' },
  { name: 'refunds.read', title: 'See your refunds', optional: true },
  ...cast.scopes.filter((each) => each.name !== 'orders.read'),
] as const

let browser: Browser | undefined
let api: Awaited<ReturnType<typeof openApi>>
let app: FakeApp
let as: TestServer
before(async () => {
  api = await openApi()
  app = await openApp('Almond', { scope: 'orders.read refunds.read', hufu_default_resource: api.url })
  const resources = [...cast.resources, { resource: api.url, scopes: ['orders.read', 'refunds.read'] }]
  as = await openAuthority([app.metadata], { scopes, resources })
  api.answerFor(as)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await as?.close()
  await app?.close()
  await api?.close()
})

test('[UX-3.2b] what is turned off is not in the token, the API refuses it, and only that is asked for next time', async () => {
  const { context, complaints, close } = await openWatched(browser!)
  const page = await context.newPage()
  const request = () => as.authorize({ scope: 'orders.read refunds.read', resource: api.url }, app.metadata)
  const first = request()
  await page.goto(first.url)
  await signIn(page)

  await page.getByLabel('See your refunds').uncheck()
  const without = await allowed(page, first)
  const orders = await api.call('/orders', without.access_token)
  const refunds = await api.call('/refunds', without.access_token)
  const second = request()
  await page.goto(second.url)
  const asked = await page.locator('#answer h2').allInnerTexts()
  const fresh = await page.locator('#answer .scopes').first().locator('.title').allInnerTexts()
  const choices = await page.locator('#answer input[type=checkbox]').count()
  await page.getByLabel('See your refunds').check()
  const withRefunds = await allowed(page, second)

  assert.equal(without.scope, 'orders.read')
  assert.equal(orders.status, 200)
  assert.equal(refunds.status, 403)
  const challenge = refunds.headers.get('www-authenticate') ?? ''
  assert.match(challenge, /error="insufficient_scope"/)
  assert.match(challenge, /scope="refunds\.read"/)
  assert.deepEqual(asked.slice(0, 2), ['New', 'Already allowed'])
  assert.deepEqual(fresh, ['See your refunds'])
  assert.equal(choices, 1)
  assert.equal(withRefunds.scope, 'orders.read refunds.read')
  assert.equal((await api.call('/refunds', withRefunds.access_token)).status, 200)
  assert.deepEqual(complaints, [])
  await close()
})

test('[UX-3.2e] no scope name and no client id is read on the real page until somebody opens “What happens next”', async () => {
  // req: UX-3.2a
  const { context, close } = await openWatched(browser!, { viewport: { width: 320, height: 700 } })
  const page = await context.newPage()
  await page.goto(as.authorize({ prompt: 'consent', resource: api.url }, app.metadata).url)
  await signIn(page)
  await page.locator('button[value=allow]').waitFor()

  const closed = await textOf(page)
  await page.click('summary')
  const open = await textOf(page)

  assert.doesNotMatch(closed, /orders\.read|refunds\.read|\balmond\b/)
  for (const each of ['orders.read', 'refunds.read', 'almond']) assert.ok(open.includes(each), each)
  const [cancel, allow] = await Promise.all(
    ['deny', 'allow'].map((each) => page.locator(`button[value=${each}]`).boundingBox()),
  )
  assert.deepEqual([cancel?.width, cancel?.height], [allow?.width, allow?.height])
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320)
  await close()
})

async function signIn(page: Page): Promise<void> {
  await page.fill('#username', cast.alice.username)
  await page.fill('#password', cast.alice.password)
  await page.click('main form button.main')
}

/** Presses Allow and redeems the code that the app gets. */
async function allowed(page: Page, request: AuthorizationRequest) {
  await page.click('button[value=allow]')
  await page.waitForURL((url) => url.origin === app.at())
  const answer = await as.redeem({ ...request, code: app.answers().at(-1)?.get('code') ?? '' })

  return (await answer.json()) as { readonly access_token: string; readonly scope: string }
}

/** The example's API on a port of this machine, for the tokens of a server that starts after it. */
async function openApi() {
  let listener: ReturnType<typeof createOrderApi> | undefined
  const book = openOrderBook(':memory:')
  const server = createServer((request, response) => listener?.(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    answerFor: ({ issuer, clock }: TestServer) =>
      void (listener = createOrderApi({ book, resource: url, issuer, now: clock.now })),
    call: (path: string, token: string) => fetch(url + path, { headers: { authorization: `Bearer ${token}` } }),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      book.close()
    },
  }
}
