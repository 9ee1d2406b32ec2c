import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { ordersByPerson, startDemoProcess } from '../support/demo-process.ts'
import type { DemoProcess } from '../support/demo-process.ts'
import { openWatched, tabTo, textOf } from '../support/watched-browser.ts'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

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

test('[UX-1.1] what npm start runs gets ready, and every address it prints answers 200', async () => {
  const printed = demo.text.match(/http:\/\/\S+/g) ?? []

  assert.match(demo.text, /demo ready in \d+ ms/)
  assert.ok(printed.length >= 4)
  for (const each of printed) assert.equal((await fetch(each)).status, 200, each)
})

test('[UX-1.2] four clicks and no typing lead from the inspector to the orders of li.wei, and of nobody else', async () => {
  // req: UX-9.2
  demo.reset()
  const { context, complaints, answers, requests, close } = await openWatched(browser!)
  let clicks = 0
  const press = (page: Page, name: string) => {
    clicks++
    return page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click()
  }
  const inspector = await context.newPage()
  await inspector.goto(demo.inspector)

  const opened = context.waitForEvent('page')
  await press(inspector, 'Start: let Shop Analytics read my orders')
  const app = await opened
  await press(app, 'Connect my shop orders')
  await press(app, 'Use the demo account')
  await press(app, 'Allow')
  await app.waitForURL(`${demo.analytics}/`)

  assert.ok(clicks <= 6)
  assert.ok(await app.locator('#by-month svg').isVisible())
  const people = ordersByPerson(demo)
  const shown = (await textOf(app)).match(/\b\d{8}-\d{4}\b/g) ?? []
  assert.ok(shown.length >= 8)
  assert.deepEqual(
    shown.filter((id) => !people.get('li.wei')?.has(id)),
    [],
  )
  assert.ok(people.size > 1)

  assert.deepEqual(complaints, [])
  for (const { url } of requests)
    assert.ok([demo.issuer, demo.api, demo.analytics].includes(new URL(url).origin), `a foreign host: ${url}`)
  for (const answer of answers) assert.ok(answer.status() < 400, `${answer.status()} ${answer.url()}`)
  // What an app's tokens and secrets begin with; the inspector alone shows them.
  for (const secret of ['hat_', 'hrt_', 'hcs_', 'eyJ']) assert.ok(!(await app.content()).includes(secret), secret)
  assert.equal(demo.errors(), '')
  await close()
})

test('[UX-9.1] the keyboard alone signs in, allows, and ends the access again', async () => {
  demo.reset()
  const { context, complaints, close } = await openWatched(browser!)
  const page = await context.newPage()
  const type = (text: string) => page.keyboard.type(text)
  const go = () => page.keyboard.press('Enter')
  await page.goto(demo.analytics)

  await tabTo(page, 'connect')
  await go()
  await page.waitForURL(`${demo.issuer}/i/*`)
  await tabTo(page, 'username')
  await type(demo.account.username)
  await tabTo(page, 'password')
  await type(demo.account.password)
  await go()
  await page.getByRole('heading', { name: 'Shop Analytics' }).waitFor()
  await tabTo(page, 'Cancel')
  await tabTo(page, 'Allow')
  await go()
  await page.waitForURL(`${demo.analytics}/`)
  await tabTo(page, 'disconnect')
  await go()
  await page.waitForURL(`${demo.analytics}/?notice=disconnected`)

  assert.ok(await page.locator('#connect').isVisible())
  assert.deepEqual(complaints, [])
  await close()
})

test('[UX-9.2] a person who cancels, comes back, signs out and reads every page meets no complaint of the browser', async () => {
  demo.reset()
  const { context, complaints, close } = await openWatched(browser!, { locale: 'zh-CN', colorScheme: 'dark' })
  const page = await context.newPage()
  await page.goto(demo.analytics)
  await page.click('#connect')
  await page.click('form[action$="/cancel"] button')
  await page.waitForURL(`${demo.analytics}/?notice=cancelled`)
  await page.click('#connect')
  await page.fill('#username', demo.account.username)
  await page.fill('#password', 'not-the-password')
  await page.keyboard.press('Enter')
  const wrong = page.locator('[role=alert]')
  await wrong.waitFor()
  await page.fill('#password', demo.account.password)
  await page.keyboard.press('Enter')
  await page.click('button[value=allow]')
  await page.waitForURL(`${demo.analytics}/`)
  for (const path of ['/', '/sign-in', '/sign-out', '/errors/HF-AUTHZ-0104', '/inspector'])
    await page.goto(demo.issuer + path)
  await page.goto(`${demo.issuer}/sign-out`)
  await page.click('form[action$="/sign-out"] button')

  // A refusal is an answer 400, and Chromium notes every such answer in its console.
  assert.deepEqual(
    complaints.filter((each) => !/^error: Failed to load resource: .* 400 \(Bad Request\)$/.test(each)),
    [],
  )
  assert.equal(complaints.length, 1)
  await close()
})

for (const [colorScheme, locale] of [
  ['light', 'en-GB'],
  ['dark', 'zh-CN'],
] as const)
  test(`[UX-9.1] in Shop Analytics, ${colorScheme} and in ${locale}, axe finds nothing and nothing scrolls sideways`, async () => {
    demo.reset()
    const found: string[] = []
    const { context, close } = await openWatched(browser!, { colorScheme, locale })
    const page = await context.newPage()
    const examine = async (name: string) => {
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth)
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze()
        if (wide > width) found.push(`${name}: ${wide} px wide at ${width}`)
        found.push(...violations.map((each) => `${name} ${width}: ${each.id} ${each.nodes[0]?.html}`))
      }
    }

    await page.goto(demo.analytics)
    await examine('landing')
    await page.click('#connect')
    await page.click('section.aside button')
    await page.click('button[value=allow]')
    await page.locator('#by-month').waitFor()
    await examine('dashboard')
    await close()

    assert.deepEqual(found, [])
  })
