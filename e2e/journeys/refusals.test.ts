import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { openApp } from '../support/fake-app.ts'
import type { FakeApp } from '../support/fake-app.ts'
import { alice } from '../support/fixtures.ts'
import { openAuthority, openSite, sendHtml } from '../support/loopback.ts'
import type { Site } from '../support/loopback.ts'
import { auditOf } from '../support/oracles.ts'
import type { TestServer } from '../support/server.ts'
import { openWatched, textOf } from '../support/watched-browser.ts'

let browser: Browser | undefined
let app: FakeApp
let evil: Site
let as: TestServer
before(async () => {
  app = await openApp('Almond')
  evil = await openSite((_url, response) => sendHtml(response, 'caught'))
  as = await openAuthority([app.metadata])
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await as?.close()
  await evil?.close()
  await app?.close()
})

test('[UX-3.3] a browser sent with a request that cannot be trusted stays here and reads why, with a reference', async () => {
  const { context, close } = await openWatched(browser!)
  const page = await context.newPage()
  const real = `${app.at()}/callback`
  const host = new URL(evil.at()).host
  const wrong = [
    { client_id: 'nobody' },
    { client_id: undefined },
    { client_id: ['almond', 'almond'] },
    { redirect_uri: evil.at() },
    { redirect_uri: `//${host}/` },
    { redirect_uri: `${real}/` },
    { redirect_uri: `${real}?next=${evil.at()}` },
    { redirect_uri: `${real}#${evil.at()}` },
    { redirect_uri: `http://127.0.0.1@${host}/callback` },
    { redirect_uri: [real, evil.at()] },
    { redirect_uri: 'javascript:document.write(1)' },
    { redirect_uri: 'data:text/html,<h1>caught</h1>' },
    { redirect_uri: `${real}\r\nLocation: ${evil.at()}` },
    { redirect_uri: `${real}${'a'.repeat(5000)}` },
  ]

  for (const changes of wrong) {
    const known = !('client_id' in changes)
    const before = await refusals()
    const answer = await page.goto(as.authorize({ scope: 'orders.read', ...changes }, app.metadata).url)
    const headers = (await answer?.allHeaders()) ?? {}
    const links = await page.evaluate(() => Array.from(document.links, (each) => each.href))

    const name = JSON.stringify(changes).slice(0, 80)
    assert.equal(answer?.status(), 400, name)
    assert.equal(new URL(page.url()).origin, as.issuer, name)
    assert.equal(headers['location'] ?? headers['refresh'], undefined)
    assert.equal(await page.locator('meta[http-equiv=refresh]').count(), 0)
    assert.deepEqual(
      links.filter((each) => new URL(each).origin !== as.issuer),
      [],
    )
    assert.match(await textOf(page), /Your account was not shared[^]*Reference\s+HF-AUTHZ-\d{4} [0-9a-f]{32}/)
    assert.equal((await refusals()) - before, known ? 1 : 0, name)
  }
  assert.deepEqual(evil.visits, [])
  assert.deepEqual(app.visits, [])
  await close()
})

test('[UX-3.1b] an unknown name and a wrong password are answered alike, to the octet', async () => {
  // req: UI-05
  const answers = await Promise.all(
    [
      { username: alice.username, password: 'not-her-password' },
      { username: 'albert', password: alice.password },
    ].map(async ({ username, password }) => {
      const { context, close } = await openWatched(browser!)
      const page = await context.newPage()
      await page.goto(as.authorize({}, app.metadata).url)
      const answered = page.waitForResponse((response) => response.request().method() === 'POST')
      await signIn(page, username, password)
      const answer = await answered
      const csrf = await page.locator('input[name=csrf]').first().getAttribute('value')
      const id = new URL(page.url()).pathname.split('/')[2]
      const body = (await answer.text()).replaceAll(csrf!, 'CSRF').replaceAll(id!, 'ID').replaceAll(username, 'NAME')
      const kept = await page.inputValue('#username')
      await close()

      return { status: answer.status(), body, kept: kept === username }
    }),
  )

  assert.deepEqual(answers[0], answers[1])
  assert.equal(answers[0]?.kept, true)
  assert.match(answers[0]?.body ?? '', /role="alert"/)
})

test('[UX-3.1b] after a wrong password the right one goes on from there, with the name still in its field', async () => {
  const { context, close } = await openWatched(browser!)
  const page = await context.newPage()
  await page.goto(as.authorize({ scope: 'orders.read' }, app.metadata).url)
  await signIn(page, alice.username, 'not-her-password')
  await page.getByRole('alert').waitFor()

  await page.fill('#password', alice.password)
  await page.keyboard.press('Enter')
  await page.click('button[value=allow]')
  await page.waitForURL((url) => url.origin === app.at())

  assert.ok(app.answers().at(-1)?.has('code'))
  await close()
})

async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.fill('#username', username)
  await page.fill('#password', password)
  await page.click('main form button.main')
}

/** How many refused authorization requests the audit holds for the app. */
async function refusals(): Promise<number> {
  return (await auditOf(as, 'authorize_refused')).filter((each) => each.clientId === 'almond').length
}
