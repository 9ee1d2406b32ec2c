import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { openApp } from '../support/fake-app.ts'
import type { FakeApp } from '../support/fake-app.ts'
import { alice, mallory } from '../support/fixtures.ts'
import { openAuthority, openSite, sendHtml } from '../support/loopback.ts'
import type { Site } from '../support/loopback.ts'
import type { TestServer } from '../support/server.ts'
import { openWatched } from '../support/watched-browser.ts'

let browser: Browser | undefined
let third: Site
let app: FakeApp
let as: TestServer
before(async () => {
  third = await openSite((_url, response) => sendHtml(response, '<h1 id="third">Third</h1>'))
  app = await openApp('Traveller', { onwards: `${third.at('third.localhost')}/welcome` })
  as = await openAuthority([app.metadata])
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await as?.close()
  await app?.close()
  await third?.close()
})

async function signIn(page: Page, { username, password } = alice): Promise<void> {
  await page.fill('#username', username)
  await page.fill('#password', password)
  await page.click('main form button.main')
}

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? 'with' : 'without'

  test(`[UX-3.0] ${script} JavaScript each way to an app that redirects on brings one code to it, once`, async () => {
    const { context, complaints, answers, close } = await openWatched(browser!, { javaScriptEnabled })
    const page = await context.newPage()
    const arrived = () => page.waitForURL(`${third.at('third.localhost')}/welcome`)
    // Somebody each time who was never asked for this app before.
    const person = javaScriptEnabled ? alice : mallory
    const before = app.calls().length
    const requests = [1, 2, 3].map(() => as.authorize({ scope: 'orders.read' }, app.metadata))

    // Each ends another way: after the question, without any page, right after the sign-in.
    await page.goto(requests[0]!.url)
    await signIn(page, person)
    await page.click('button[value=allow]')
    await arrived()
    await page.goto(requests[1]!.url)
    await arrived()
    await page.goto(`${as.issuer}/sign-out`)
    await page.click('form.answers button')
    await page.goto(requests[2]!.url)
    await signIn(page, person)
    await arrived()

    const got = app.answers().slice(before)
    assert.deepEqual(
      got.map((each) => each.get('state')),
      requests.map((each) => each.state),
    )
    assert.equal(new Set(got.map((each) => each.get('code'))).size, 3)
    for (const each of got) assert.equal(each.get('iss'), as.issuer)
    for (const each of answers) {
      const policy = each.headers()['content-security-policy'] ?? ''
      assert.doesNotMatch(policy, /\*/, each.url())
    }
    assert.deepEqual(complaints, [])
    await close()
  })

  test(`[UX-3.2c] ${script} JavaScript, Cancel tells the app: access_denied with state and iss, and no code`, async () => {
    const { context, complaints, close } = await openWatched(browser!, { javaScriptEnabled })
    const page = await context.newPage()
    const before = app.calls().length
    const [early, late] = [
      as.authorize({ prompt: 'consent' }, app.metadata),
      as.authorize({ prompt: 'consent' }, app.metadata),
    ]

    await page.goto(early.url)
    await page.click('form.cancel button')
    await page.waitForURL(/third\.localhost/)
    await page.goto(late.url)
    await signIn(page)
    await page.click('button[value=deny]')
    await page.waitForURL(/third\.localhost/)

    const got = app.answers().slice(before)
    assert.equal(got.length, 2)
    for (const [index, { state }] of [early, late].entries()) {
      assert.equal(got[index]?.get('error'), 'access_denied')
      assert.equal(got[index]?.get('state'), state)
      assert.equal(got[index]?.get('iss'), as.issuer)
      assert.equal(got[index]?.has('code'), false)
    }
    assert.deepEqual(complaints, [])
    await close()
  })
}

test('[AZ-08] the address of no page holds a code or a state, and no request carries a referrer', async () => {
  // req: BCP-4.2.4-02
  const { context, requests, close } = await openWatched(browser!)
  const page = await context.newPage()
  const request = as.authorize({ prompt: 'consent' }, app.metadata)

  await page.goto(request.url)
  await signIn(page)
  await page.click('button[value=allow]')
  await page.waitForURL(/third\.localhost/)

  const pages = requests.map((each) => new URL(each.url)).filter((each) => each.pathname.startsWith('/i/'))
  assert.ok(pages.length >= 3)
  for (const each of pages) assert.equal(each.search, '')
  assert.equal(app.calls().at(-1)?.headers.referer, undefined)
  assert.equal(third.visits.at(-1)?.headers.referer, undefined)
  await close()
})

test('[AZ-08] the pages about an app load nothing from it or anybody else, though it has a logo and terms', async (t) => {
  const decorated = await openApp('Decorated', {})
  const images = await openSite((_url, response) => sendHtml(response, 'seen'))
  const own = await openAuthority([
    {
      ...decorated.metadata,
      logo_uri: `${images.at()}/logo.png`,
      policy_uri: `${images.at()}/policy`,
      tos_uri: `${images.at()}/tos`,
    },
  ])
  const { context, requests, close } = await openWatched(browser!)
  t.after(async () => {
    await close()
    await Promise.all([own.close(), images.close(), decorated.close()])
  })
  const page = await context.newPage()

  await page.goto(own.authorize({}, decorated.metadata).url)
  await signIn(page)
  await page.locator('button[value=allow]').waitFor()

  assert.deepEqual([...new Set(requests.map((each) => new URL(each.url).origin))], [own.issuer])
  assert.deepEqual(images.visits, [])
  assert.deepEqual(decorated.visits, [])
})
