import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { openApp } from '../support/fake-app.ts'
import type { FakeApp } from '../support/fake-app.ts'
import { alice, mallory } from '../support/fixtures.ts'
import { openAuthority, openSite, selfPosting, sendHtml } from '../support/loopback.ts'
import type { Site } from '../support/loopback.ts'
import { auditOf } from '../support/oracles.ts'
import type { TestServer } from '../support/server.ts'
import { openWatched, textOf } from '../support/watched-browser.ts'
import type { Watched } from '../support/watched-browser.ts'

/** To a browser the first is another site than `localhost`, the second the same site and another origin. */
const places = ['127.0.0.1', 'localhost'] as const

let browser: Browser | undefined
let app: FakeApp
let as: TestServer
let evil: Site
let watched: Watched
/** What the attacker's pages are now. */
let bait: Readonly<Record<string, string>>
before(async () => {
  browser = await launchBrowser()
})
after(() => browser?.close())
beforeEach(async () => {
  bait = {}
  app = await openApp('Almond', { token_endpoint_auth_method: 'none', client_secret: undefined })
  as = await openAuthority([app.metadata])
  evil = await openSite((url, response) => sendHtml(response, bait[url.pathname] ?? ''))
  watched = await openWatched(browser!)
})
afterEach(async () => {
  await watched.close()
  await Promise.all([app.close(), evil.close(), as.close()])
})

async function signedIn(person = alice): Promise<Page> {
  const page = await watched.context.newPage()
  await page.goto(`${as.issuer}/sign-in`)
  await page.fill('#username', person.username)
  await page.fill('#password', person.password)
  await page.click('main form button.main')
  await page.waitForURL(`${as.issuer}/`)

  return page
}

/** A question that waits for an answer in a tab of its own. */
async function question(): Promise<Page> {
  const page = await watched.context.newPage()
  await page.goto(as.authorize({ scope: 'orders.read' }, app.metadata).url)

  return page
}

/** Opens a page of the attacker's and waits until what it sends is answered. */
async function lure(place: string, path: string): Promise<Page> {
  const page = await watched.context.newPage()
  const answered = page.waitForEvent('requestfinished', (request) => request.method() === 'POST')
  await page.goto(evil.at(place) + path, { waitUntil: 'commit' })
  await answered

  return page
}

for (const place of places)
  test(`[UI-01] forms that a page on ${place} posts by itself neither answer, nor sign out, nor sign in`, async () => {
    // req: UI-04
    const home = await signedIn()
    const asked = await question()
    const csrf = await asked.locator('#answer input[name=csrf]').getAttribute('value')
    as.writes.length = 0
    const posts: [string, Record<string, string>][] = [
      ['/consent', { decision: 'allow' }],
      ['/consent', { decision: 'allow', csrf: csrf ?? '' }],
      ['/cancel', { csrf: csrf ?? '' }],
      ['/switch', { csrf: csrf ?? '' }],
      ['/sign-in', { ...mallory, csrf: csrf ?? '' }],
    ]
    bait = Object.fromEntries([
      ...posts.map(([step, fields], index) => [`/${index}`, selfPosting(asked.url() + step, fields)]),
      ['/out', selfPosting(`${as.issuer}/sign-out`, {})],
      ['/in', selfPosting(`${as.issuer}/sign-in`, { username: mallory.username, password: mallory.password })],
    ])

    for (const path of Object.keys(bait)) await lure(place, path)

    assert.deepEqual(as.writes, [])
    assert.equal(app.calls().length, 0)
    const reached = as.exchanges.filter((each) => each.request.headers['origin'] === evil.at(place))
    assert.deepEqual(
      reached.map((each) => each.request.method),
      Object.keys(bait).map(() => 'POST'),
      'every forged form reached the server',
    )
    // Only from the same site does the browser send the cookies along; there the token and the origin are what counts.
    assert.equal(
      reached.every((each) => each.request.headers['cookie']?.includes('hufu_session')),
      place === 'localhost',
    )
    await home.reload()
    assert.match(await textOf(home), /alice/)
    // The question is still there, and the person's own answer still counts.
    await asked.click('button[value=allow]')
    await asked.waitForURL((url) => url.origin === app.at())
    assert.equal((await auditOf(as, 'consent')).length, 1)
  })

for (const place of places)
  test(`[UI-04] a page on ${place} cannot sign a browser in as somebody else`, async () => {
    const stolen = await openWatched(browser!)
    const theirs = await stolen.context.newPage()
    await theirs.goto(`${as.issuer}/sign-in`)
    const csrf = await theirs.locator('input[name=csrf]').first().getAttribute('value')
    const { username, password } = mallory
    bait = { '/in': selfPosting(`${as.issuer}/sign-in`, { csrf: csrf ?? '', username, password }) }
    const page = await watched.context.newPage()
    await page.goto(`${as.issuer}/sign-in`)

    await lure(place, '/in')
    await page.goto(`${as.issuer}/`)

    assert.doesNotMatch(await textOf(page), /mallory/)
    assert.equal(
      (await watched.context.cookies()).some((each) => each.name.includes('session')),
      false,
    )
    assert.ok(!as.writes.includes('startSession'))
    await stolen.close()
  })

test('[UX-3.5] neither a link, nor an image, nor a frame at the sign-out address signs anybody out', async () => {
  const home = await signedIn()
  const address = `${as.issuer}/sign-out`
  bait = { '/': `<img src="${address}"><iframe src="${address}"></iframe><a id="out" href="${address}">prize</a>` }

  for (const place of places) {
    const page = await watched.context.newPage()
    await page.goto(evil.at(place))
    await page.click('#out')
    await page.waitForURL(address)
    await home.reload()
    assert.match(await textOf(home), /alice/)
  }

  assert.equal((await auditOf(as, 'sign_out')).length, 0)
})

test('[UX-3.5] after signing out, Back shows nothing that was private', async () => {
  // req: O21-7.11-01
  const page = await signedIn()
  await page.goto(as.authorize({}, app.metadata).url)
  await page.locator('button[value=allow]').waitFor()
  await page.goto(`${as.issuer}/sign-out`)
  await page.click('form.answers button')
  await page.getByRole('heading', { name: /signed out/i }).waitFor()

  const seen: string[] = []
  for (let response = await page.goBack(); response !== null; response = await page.goBack())
    seen.push(await textOf(page))

  assert.ok(seen.length >= 3)
  for (const each of seen) assert.doesNotMatch(each, /alice/)
  assert.equal((await auditOf(as, 'sign_out')).length, 1)
})

test('[UI-02] no page is shown in a frame: plain, sandboxed, from srcdoc, or framed twice, on any site', async () => {
  // req: O21-7.11-01
  await signedIn()
  const asked = await question()
  const pages = ['/', '/sign-in', '/sign-out', '/errors/HF-AUTHZ-0104', '/nowhere', new URL(asked.url()).pathname]
  const frames = pages.flatMap((path) => {
    const source = as.issuer + path
    return [
      `<iframe src="${source}"></iframe>`,
      `<iframe sandbox="allow-scripts allow-forms allow-same-origin allow-top-navigation" src="${source}"></iframe>`,
      `<iframe srcdoc="<iframe src='${source}'></iframe>"></iframe>`,
    ]
  })
  bait = { '/': frames.join(''), '/twice': '<iframe src="/"></iframe>' }

  for (const place of places) {
    for (const path of ['/', '/twice']) {
      const page = await watched.context.newPage()
      await page.goto(evil.at(place) + path, { waitUntil: 'load' })
      const framed = page.frames().filter((each) => each !== page.mainFrame())
      const texts = await Promise.all(
        framed.map((each) =>
          each
            .locator('body')
            .innerText()
            .catch(() => ''),
        ),
      )

      assert.ok(framed.length >= pages.length * 3)
      assert.equal(framed.filter((each) => each.url() === `${evil.at(place)}/`).length, path === '/' ? 0 : 1)
      for (const each of framed) assert.ok(!each.url().startsWith(as.issuer), each.url())
      for (const text of texts) assert.doesNotMatch(text, /Hufu|alice|password/i)
    }
  }
})

test('[UI-12] a public app on this machine is asked about each time, and no link skips the question', async () => {
  const page = await signedIn()
  for (let count = 0; count < 2; count++) {
    await page.goto(as.authorize({ scope: 'orders.read' }, app.metadata).url)
    await page.click('button[value=allow]')
    await page.waitForURL((url) => url.origin === app.at())
  }
  const codes = app.calls().length
  const asked = await question()
  const address = asked.url()
  const csrf = await asked.locator('#answer input[name=csrf]').getAttribute('value')
  bait = { '/': `<a id="go" href="${address}/consent?decision=allow&csrf=${csrf ?? ''}">go</a>` }

  const lured = await watched.context.newPage()
  await lured.goto(evil.at('localhost'))
  await lured.click('#go')
  await lured.locator('button[value=allow]').waitFor()

  assert.equal(codes, 2)
  assert.equal(app.calls().length, 2)
  assert.equal((await auditOf(as, 'consent')).length, 2)
})
