import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { openApp } from '../support/fake-app.ts'
import type { FakeApp } from '../support/fake-app.ts'
import { alice, mallory } from '../support/fixtures.ts'
import { openAuthority } from '../support/loopback.ts'
import { auditOf } from '../support/oracles.ts'
import type { AuthorizationRequest, TestServer } from '../support/server.ts'
import { openWatched, textOf } from '../support/watched-browser.ts'
import type { Watched } from '../support/watched-browser.ts'

let browser: Browser | undefined
let first: FakeApp
let second: FakeApp
let as: TestServer
let watched: Watched
/** How long the server takes to write a code down, in milliseconds. */
let slowly = 0
before(async () => {
  browser = await launchBrowser()
})
after(() => browser?.close())
beforeEach(async () => {
  first = await openApp('Almond')
  second = await openApp('Biscuit', { hufu_reviewed: false })
  slowly = 0
  const wrapStore = (store: TestServer['store']): TestServer['store'] => ({
    ...store,
    issueCode: async (...given) => {
      const outcome = await store.issueCode(...given)
      await setTimeout(slowly)

      return outcome
    },
  })
  as = await openAuthority([first.metadata, second.metadata], { wrapStore })
  watched = await openWatched(browser!)
})
afterEach(async () => {
  await watched.close()
  await Promise.all([first.close(), second.close(), as.close()])
})

/** A request of an app, opened in a tab of its own. */
async function tab(app: FakeApp, changes = {}): Promise<{ page: Page; request: AuthorizationRequest }> {
  const request = as.authorize({ scope: 'orders.read', ...changes }, app.metadata)
  const page = await watched.context.newPage()
  await page.goto(request.url)

  return { page, request }
}

async function signIn(page: Page, { username, password } = alice): Promise<void> {
  await page.fill('#username', username)
  await page.fill('#password', password)
  await page.click('main form button.main')
}

const allow = (page: Page) => page.click('button[value=allow]')
const back = (page: Page, app: FakeApp) => page.waitForURL((url) => url.origin === app.at())
const codesOf = (app: FakeApp) => app.answers().filter((each) => each.has('code'))

test('[UX-3.1c] two tabs with two apps both finish, though each began before anybody had signed in', async () => {
  const one = await tab(first)
  const two = await tab(second)

  await signIn(two.page)
  await allow(two.page)
  await back(two.page, second)
  // This form is of a browser where nobody was signed in; the page then is the question.
  await signIn(one.page)
  await allow(one.page)
  await back(one.page, first)

  assert.deepEqual(
    codesOf(first).map((each) => each.get('state')),
    [one.request.state],
  )
  assert.deepEqual(
    codesOf(second).map((each) => each.get('state')),
    [two.request.state],
  )
  assert.deepEqual(watched.complaints, [])
})

test('[UX-3.1c] two tabs with one app both finish; what is done in one never goes on by itself in the other', async () => {
  // req: UX-3.0
  const one = await tab(first)
  const two = await tab(first)
  const three = await tab(first)

  await signIn(two.page)
  await allow(two.page)
  await back(two.page, first)
  // Forms of a browser where nobody was signed in: mallory signs in, and somebody cancels, but alice is in already.
  await signIn(one.page, mallory)
  await one.page.getByText('Signed in as alice').waitFor()
  await three.page.click('form.cancel button')
  await three.page.getByText('Signed in as alice').waitFor()
  const codes = codesOf(first).length
  await allow(one.page)
  await back(one.page, first)
  await three.page.click('button[value=deny]')
  await back(three.page, first)

  assert.equal(codes, 1)
  assert.deepEqual(
    first.answers().map((each) => [each.get('state'), each.get('error')]),
    [
      [two.request.state, null],
      [one.request.state, null],
      [three.request.state, 'access_denied'],
    ],
  )
  assert.deepEqual(watched.complaints, [])
})

test('[UX-3.1c] an open question whose app was allowed in another tab meanwhile finishes as well', async () => {
  const one = await tab(first)
  await signIn(one.page)
  await one.page.locator('button[value=allow]').waitFor()
  const two = await tab(first)

  await allow(two.page)
  await back(two.page, first)
  await allow(one.page)
  await back(one.page, first)

  assert.equal(codesOf(first).length, 2)
  assert.deepEqual(watched.complaints, [])
})

test('[UX-3.1c] Back, Forward and Continue after the end lead to pages that explain themselves, and to no second code', async () => {
  // req: UI-13
  const { page } = await tab(first)
  await signIn(page)
  await allow(page)
  await back(page, first)

  const seen: (readonly [number, string])[] = []
  for (let response = await page.goBack(); response !== null; response = await page.goBack())
    seen.push([response.status(), await textOf(page)])
  await page.goForward()
  const [status, text] = [(await page.reload())?.status(), await textOf(page)]
  await page.getByRole('link', { name: 'Go to Almond' }).click()
  await back(page, first)

  assert.ok(seen.length > 0)
  for (const [code, shown] of [...seen, [status, text] as const]) {
    assert.equal(code, 200)
    assert.match(shown, /You have already answered/)
  }
  assert.equal(codesOf(first).length, 1)
  assert.equal(await page.locator('#app').innerText(), 'Almond')
  assert.deepEqual(watched.complaints, [])
})

test('[AZ-11] with two questions open, each answer goes to the app whose name its page shows', async () => {
  // req: UI-11
  const one = await tab(first, { scope: 'orders.read orders.write' })
  await signIn(one.page)
  await one.page.locator('button[value=allow]').waitFor()
  const two = await tab(second)
  const target = (page: Page) => page.getAttribute('#answer', 'action')
  const [ofFirst, ofSecond] = [await target(one.page), await target(two.page)]

  // The form of the page of Almond, sent to the address of Biscuit with everything Almond's page has.
  await one.page.evaluate((action) => document.querySelector('#answer')!.setAttribute('action', action!), ofSecond)
  await one.page.check('input[name=scope]')
  await allow(one.page)
  await one.page.waitForLoadState()

  assert.notEqual(ofFirst, ofSecond)
  assert.deepEqual(await auditOf(as, 'consent'), [])
  assert.equal(codesOf(first).length + codesOf(second).length, 0)
  // What is shown instead is the question the answer would have been for, by its own name.
  assert.match(await textOf(one.page), /^[^]*Biscuit wants to use your account/)
  await two.page.click('button[value=deny]')
  await back(two.page, second)
  assert.equal(second.answers()[0]?.get('error'), 'access_denied')
})

test('[UI-11] fields put into the form change nothing of what is granted', async () => {
  const { page } = await tab(second)
  await signIn(page)
  await page.locator('#answer').evaluate((form) => {
    for (const [name, value] of [
      ['scope', 'orders.write'],
      ['scope', 'jobs.run'],
      ['client_id', 'almond'],
      ['redirect_uri', 'http://127.0.0.1:1/'],
    ]) {
      const input = Object.assign(document.createElement('input'), { type: 'hidden', name, value })
      form.append(input)
    }
  })
  await allow(page)
  await back(page, second)

  const [consent] = await auditOf(as, 'consent')
  assert.deepEqual([consent?.clientId, consent?.scope], ['biscuit', 'orders.read'])
  assert.equal(first.calls().length, 0)
})

test('[UI-13] Allow pressed twice before there is an answer brings the app its code, and one', async () => {
  slowly = 400
  const { page } = await tab(first)
  await signIn(page)
  await page.locator('button[value=allow]').scrollIntoViewIfNeeded()
  const { x, y } = (await page.locator('button[value=allow]').boundingBox())!
  const press = () => page.mouse.click(x + 9, y + 9)

  await press()
  await press()
  await back(page, first)

  assert.equal(codesOf(first).length, 1)
  assert.deepEqual(watched.complaints, [])
})

test('[UI-13] Allow after Cancel in another tab brings no code', async () => {
  const { page } = await tab(first)
  await signIn(page)
  await page.locator('button[value=allow]').waitFor()
  const copy = await watched.context.newPage()
  await copy.goto(page.url())

  await page.click('button[value=deny]')
  await back(page, first)
  await allow(copy)
  await copy.getByRole('heading', { name: 'You have already answered' }).waitFor()

  assert.deepEqual(
    first.answers().map((each) => [each.has('code'), each.get('error')]),
    [[false, 'access_denied']],
  )
})

test('[UI-21] “Use another account” leads to the question for the next person, who is named in it', async () => {
  const { page } = await tab(first)
  await signIn(page)
  await page.getByRole('button', { name: 'Use another account' }).click()
  await signIn(page, mallory)
  await page.getByText('Signed in as mallory').waitFor()
  await allow(page)
  await back(page, first)

  const subjects = (await auditOf(as, 'sign_in')).map((each) => each.subject)
  const [consent] = await auditOf(as, 'consent')
  assert.equal(subjects.length, 2)
  assert.notEqual(subjects[0], subjects[1])
  assert.equal(consent?.subject, subjects[1])
  assert.deepEqual(watched.complaints, [])
})

test('[UI-14] the address of a question means nothing in another browser, signed in or not', async () => {
  const { page } = await tab(first)
  await signIn(page)
  await page.locator('button[value=allow]').waitFor()
  const other = await openWatched(browser!)
  const stolen = await other.context.newPage()
  await stolen.goto(`${as.issuer}/sign-in`)
  await signIn(stolen, mallory)
  await stolen.waitForURL(`${as.issuer}/`)

  const answer = await stolen.goto(page.url())

  assert.equal(answer?.status(), 400)
  assert.doesNotMatch(await textOf(stolen), /Almond|alice/)
  assert.equal(await stolen.locator('form').count(), 0)
  await other.close()
  await allow(page)
  await back(page, first)
  assert.equal(codesOf(first).length, 1)
})

test('[UI-21] a question left open by alice is not answered once mallory has signed in in the same browser', async () => {
  const left = await tab(first)
  await signIn(left.page)
  await left.page.locator('button[value=allow]').waitFor()
  const page = await watched.context.newPage()
  await page.goto(`${as.issuer}/sign-out`)
  await page.click('form.answers button')
  await page.goto(`${as.issuer}/sign-in`)
  await signIn(page, mallory)
  await page.waitForURL(`${as.issuer}/`)

  await allow(left.page)
  await left.page.getByText('Signed in as mallory').waitFor()

  assert.deepEqual(await auditOf(as, 'consent'), [])
  assert.equal(first.calls().length, 0)
})
