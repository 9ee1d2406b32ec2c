import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { openApp } from '../support/fake-app.ts'
import type { FakeApp } from '../support/fake-app.ts'
import { alice, mallory } from '../support/fixtures.ts'
import { openAuthority } from '../support/loopback.ts'
import type { TestServer } from '../support/server.ts'
import { openWatched } from '../support/watched-browser.ts'

let browser: Browser | undefined
let app: FakeApp
let as: TestServer
before(async () => {
  app = await openApp('Poster', { onwards: '/welcome', scope: 'openid profile orders.read' })
  as = await openAuthority([app.metadata])
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await as?.close()
  await app?.close()
})

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? 'with' : 'without'

  test(`[UX-3.0] ${script} JavaScript the answer is posted to the app once, which may send the browser on`, async () => {
    // req: AZ-04, BCP-4.2.4-05
    const { context, complaints, close } = await openWatched(browser!, { javaScriptEnabled })
    const page = await context.newPage()
    const { username, password } = javaScriptEnabled ? alice : mallory
    const state = `"><script>document.title='owned'</script>`
    const seen = app.visits.length
    const request = as.authorize({ scope: 'openid', response_mode: 'form_post', state }, app.metadata)

    await page.goto(request.url)
    await page.fill('#username', username)
    await page.fill('#password', password)
    await page.click('main form button.main')
    await page.click('button[value=allow]')
    if (!javaScriptEnabled) await page.click('#continue')
    await page.waitForURL(`${app.at()}/welcome`)

    const visits = app.visits.slice(seen)
    assert.deepEqual(
      visits.map((each) => [each.method, each.url.pathname + each.url.search]),
      [
        ['POST', '/callback'],
        ['GET', '/welcome'],
      ],
    )
    const answer = new URLSearchParams(visits[0]!.body)
    assert.deepEqual([...answer.keys()], ['code', 'state', 'iss'])
    assert.equal(answer.get('state'), state)
    assert.equal((await as.redeem({ ...request, code: answer.get('code') ?? '' })).status, 200)
    assert.deepEqual(complaints, [])
    await close()
  })
}
