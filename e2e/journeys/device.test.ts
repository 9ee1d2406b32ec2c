import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '../support/browser.ts'
import { launchBrowser } from '../support/browser.ts'
import { begun, d1, poll } from '../support/device.ts'
import { alice } from '../support/fixtures.ts'
import { openAuthority } from '../support/loopback.ts'
import type { TestServer } from '../support/server.ts'
import { assertRefused, assertTokens } from '../support/token-oracles.ts'
import { focused, openWatched, tabTo, textOf } from '../support/watched-browser.ts'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let browser: Browser | undefined
let as: TestServer
before(async () => {
  as = await openAuthority([d1], { features: { deviceGrant: true } })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await as?.close()
})

async function assertAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze()
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
    [],
    page.url(),
  )
}

async function signIn(page: Page): Promise<void> {
  await page.fill('#username', alice.username)
  await page.fill('#password', alice.password)
  await page.keyboard.press('Enter')
  await page.locator('button[value=allow]').waitFor()
}

test('[DEV-3.3-01] a person types the code in lower case, signs in and allows; every page is accessible, and the browser stays', async () => {
  // req: DEV-5.4-01, UX-9.1
  const { context, complaints, requests, close } = await openWatched(browser!, {
    viewport: { width: 320, height: 800 },
  })
  const page = await context.newPage()
  const device = await begun(as)
  await page.goto(device.verification_uri)
  await assertAccessible(page)
  await page.getByLabel('Code').fill(device.user_code.toLowerCase().replace('-', ' '))
  await page.keyboard.press('Enter')
  await page.locator('#username').waitFor()
  await assertAccessible(page)
  await signIn(page)
  await assertAccessible(page)
  const [cancel, allow] = await Promise.all(
    ['deny', 'allow'].map(async (each) => (await page.locator(`button[value=${each}]`).boundingBox())!),
  )
  const looks = await Promise.all(
    ['deny', 'allow'].map((each) =>
      page.locator(`button[value=${each}]`).evaluate((button) => {
        const { backgroundColor, color, fontWeight } = getComputedStyle(button)

        return [backgroundColor, color, fontWeight]
      }),
    ),
  )

  await page.locator('button[value=allow]').click()
  await page.getByRole('heading', { name: 'The device is connected' }).waitFor()

  await assertAccessible(page)
  assert.deepEqual([cancel!.width, cancel!.height], [allow!.width, allow!.height])
  assert.deepEqual(looks[0], looks[1])
  await assertTokens(await poll(as, device))
  assert.match(await textOf(page), /You can close this page\./)
  assert.equal(await page.locator('main a, meta[http-equiv=refresh]').count(), 0)
  assert.ok(requests.every(({ url }) => url.startsWith(as.issuer)))
  assert.deepEqual(complaints, [])
  await close()
})

test('[DV-03] a scanned link shows the code and waits for the person, who says no by keyboard alone', async () => {
  // req: DEV-5.4-01, DEV-XD-01
  const { context, close } = await openWatched(browser!)
  const page = await context.newPage()
  await page.goto(`${as.issuer}/sign-in`)
  await page.fill('#username', alice.username)
  await page.fill('#password', alice.password)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${as.issuer}/`)
  const device = await begun(as)

  await page.goto(device.verification_uri_complete)
  await assertAccessible(page)
  assert.equal(await page.locator('p.user-code').innerText(), device.user_code)
  assert.equal(await focused(page), '')
  await assertRefused(await poll(as, device), 400, 'authorization_pending')
  await tabTo(page, /It is the same/)
  await page.keyboard.press('Enter')
  await page.locator('button[value=deny]').waitFor()
  assert.match(await textOf(page), /You are connecting a device/)
  await tabTo(page, 'Cancel')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The device was not connected' }).waitFor()

  await assertRefused(await poll(as, device), 400, 'access_denied')
  await page.goBack()
  assert.doesNotMatch(await textOf(page), /Allow/)
  await close()
})

test('[DEV-3.3-01] without scripts a person connects a device just as well', async () => {
  const { context, close } = await openWatched(browser!, { javaScriptEnabled: false, locale: 'zh-CN' })
  const page = await context.newPage()
  const device = await begun(as)
  await page.goto(device.verification_uri_complete)
  await page.locator('main form button.main').click()
  await signIn(page)

  await page.locator('button[value=allow]').click()
  await page.getByRole('heading', { name: '设备已连接' }).waitFor()

  await assertTokens(await poll(as, device))
  await close()
})
