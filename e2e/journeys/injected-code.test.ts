import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { startDemoProcess } from '../support/demo-process.ts'
import type { DemoProcess } from '../support/demo-process.ts'
import { openWatched } from '../support/watched-browser.ts'

let browser: Browser | undefined
let demo: DemoProcess
before(async () => {
  demo = await startDemoProcess()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** The address an attacker's own, honest walk would have come back to: with a code that is good and not yet used. */
async function getAnswer(): Promise<URL> {
  const { context, close } = await openWatched(browser!)
  let found: string | undefined
  await context.route('**/callback?*', (route) => {
    found = route.request().url()
    return route.fulfill({ status: 200, contentType: 'text/html', body: '<h1 id="held">held</h1>' })
  })
  const page = await context.newPage()
  await page.goto(demo.analytics)
  await page.click('#connect')
  await page.click('section.aside button')
  await page.locator('button[value=allow], #held').waitFor()
  if (await page.locator('button[value=allow]').isVisible()) await page.click('button[value=allow]')
  await page.locator('#held').waitFor()
  await close()

  return new URL(found ?? '')
}

test('[CL-01] a code put into the callback of another browser connects nothing there, whatever its state', async () => {
  const { context, complaints, close } = await openWatched(browser!)
  const victim = await context.newPage()
  await victim.goto(demo.analytics)
  await victim.click('#connect')
  await victim.locator('#username').waitFor()
  const asked = await firstState()
  const foreign = await getAnswer()
  const change = (states: readonly string[]) => {
    const url = new URL(foreign)
    url.searchParams.delete('state')
    for (const each of states) url.searchParams.append('state', each)
    return url.href
  }
  const attempts = [
    { url: foreign.href, notice: 'not-begun' },
    { url: change([]), notice: 'not-begun' },
    { url: change(['']), notice: 'not-begun' },
    { url: change([asked, foreign.searchParams.get('state') ?? '']), notice: 'not-begun' },
    // Even with the state that the victim's browser waits for: the verifier is of another walk.
    { url: change([asked]), notice: 'refused' },
    // And that state is spent.
    { url: change([asked]), notice: 'not-begun' },
  ]

  for (const { url, notice } of attempts) {
    await victim.goto(url)
    assert.equal(victim.url(), `${demo.analytics}/?notice=${notice}`)
    assert.ok(await victim.locator('#connect').isVisible())
  }
  await victim.goto(demo.analytics)
  assert.ok(await victim.locator('#connect').isVisible())
  assert.deepEqual(complaints, [])
  await close()

  /** The state in the request that the victim's browser was sent with. */
  async function firstState(): Promise<string> {
    const again = context.waitForEvent('request', (request) => request.url().startsWith(`${demo.issuer}/authorize?`))
    await victim.goto(demo.analytics)
    await victim.click('#connect')

    return new URL((await again).url()).searchParams.get('state') ?? ''
  }
})
