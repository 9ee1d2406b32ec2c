import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { messagesIn } from '../src/pages/language.ts'
import type { Browser, BrowserContext, Page } from './support/browser.ts'
import { launchBrowser } from './support/browser.ts'
import { servePages } from './support/page-server.ts'
import { arabic, longer } from './support/pseudo-locales.ts'
import { samplePages } from './support/sample-pages.ts'

const locales = { en: messagesIn('en'), 'zh-CN': messagesIn('zh-CN'), ar: arabic, longer }
const widths = [320, 1280]
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let browser: Browser
let server: Awaited<ReturnType<typeof servePages>>
before(async () => {
  browser = await launchBrowser()
  server = await servePages(locales)
})
after(async () => {
  await browser.close()
  server.close()
})

for (const locale of ['en', 'zh-CN', 'ar'])
  test(`[UX-9.1] axe finds nothing on any page in ${locale}, light and dark, 320 and 1280 px wide`, async () => {
    const found: string[] = []
    const { context, complaints } = await open()
    for (const { name } of samplePages) {
      const page = await show(context, locale, name)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        for (const width of widths) {
          await page.setViewportSize({ width, height: 800 })
          const violations = await examine(page)
          found.push(...violations.map((each) => `${name} ${colorScheme} ${width}: ${each.id} ${each.html}`))
        }
      }
      await page.close()
    }
    await context.close()

    assert.deepEqual(found, [])
    assert.deepEqual(complaints, [])
  })

test('[UX-9.1] no page scrolls sideways at 320 px, in any language, also with words 40 % longer', async () => {
  const { context } = await open()
  const page = await context.newPage()
  await page.setViewportSize({ width: 320, height: 800 })
  const wide: string[] = []
  for (const locale of Object.keys(locales)) {
    for (const { name } of samplePages) {
      await page.goto(`${server.url}/${locale}/${name}`)
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)))
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      if (width > 320) wide.push(`${locale} ${name}: ${width}`)
    }
  }
  await context.close()

  assert.deepEqual(wide, [])
})

test('[UX-3.2a] Cancel and Allow are of one size, Tab reaches Cancel first, and nothing has the focus by itself', async () => {
  const { context } = await open()
  for (const locale of Object.keys(locales)) {
    const page = await show(context, locale, 'consent')
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true)
    assert.equal(await page.locator('[autofocus]').count(), 0)
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      const cancel = (await page.locator('button[value=deny]').boundingBox())!
      const allow = (await page.locator('button[value=allow]').boundingBox())!

      assert.equal(cancel.width, allow.width)
      assert.equal(cancel.height, allow.height)
      assert.ok(cancel.height >= 44)
    }
    const order: (string | null)[] = []
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('Tab')
      order.push(await page.evaluate(() => document.activeElement?.getAttribute('value') ?? null))
    }
    assert.ok(order.includes('allow'))
    assert.equal(order.indexOf('deny') + 1, order.indexOf('allow'))
    await page.close()
  }
  await context.close()
})

test('[UX-9.1] what the keyboard is on has an outline of 3 px', async () => {
  const { context } = await open()
  const page = await show(context, 'en', 'sign-in')
  const seen: string[] = []
  for (let step = 0; step < 7; step++) {
    await page.keyboard.press('Tab')
    seen.push(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth))
  }
  await context.close()

  assert.deepEqual([...new Set(seen)], ['3px'])
})

test('the script shows a password and hides it again before it is sent', async () => {
  const { context, complaints } = await open()
  const page = await show(context, 'en', 'sign-in')
  await page.fill('#password', 'maple-harbor-42')

  await page.click('text=Show')
  assert.equal(await page.getAttribute('#password', 'type'), 'text')
  await page.click('text=Hide')
  assert.equal(await page.getAttribute('#password', 'type'), 'password')
  assert.equal(await page.inputValue('#password'), 'maple-harbor-42')
  assert.deepEqual(complaints, [])
  await context.close()
})

test('[UX-3.0] the hand-off page goes on by itself without JavaScript; for an app scheme it waits for the person', async () => {
  const { context, left } = await open({ javaScriptEnabled: false })
  const page = await context.newPage()
  await Promise.all([page.waitForRequest(/^https:/), page.goto(`${server.url}/en/hand-off`)])
  const target = await page.getAttribute('#continue', 'href')

  await page.goto(`${server.url}/en/hand-off-app`)
  assert.equal(await page.locator('meta[http-equiv=refresh]').count(), 0)
  assert.equal(await page.getAttribute('#continue', 'href'), 'com.example.analytics:/callback?error=access_denied')
  assert.deepEqual(left, [target])
  await context.close()
})

/** What axe has against a page as it is now. The first time it is put into the page, later it is there already. */
async function examine(page: Page): Promise<readonly { readonly id: string; readonly html: string | undefined }[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  const { violations } = isThere
    ? await page.evaluate(
        (values) => (globalThis as unknown as { axe: Axe }).axe.run({ runOnly: values, resultTypes: ['violations'] }),
        rules,
      )
    : await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze()

  return violations.map(({ id, nodes }) => ({ id, html: nodes[0]?.html }))
}

interface Axe {
  readonly run: (options: {
    readonly runOnly: readonly string[]
    readonly resultTypes: readonly ['violations']
  }) => ReturnType<AxeBuilder['analyze']>
}

/** A browser window of its own that stays here: every way out is written down and leads nowhere. */
async function open(options: { readonly javaScriptEnabled?: boolean } = {}) {
  const context = await browser.newContext(options)
  const complaints: string[] = []
  const left: string[] = []
  context.on('console', (message) => complaints.push(message.text()))
  await context.route(
    (url) => url.origin !== server.url,
    (route) => {
      left.push(route.request().url())
      return route.fulfill({ status: 204 })
    },
  )

  return { context, complaints, left }
}

async function show(context: BrowserContext, locale: string, name: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.url}/${locale}/${name}`)

  return page
}
