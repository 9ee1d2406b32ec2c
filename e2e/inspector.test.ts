import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Demo } from '../demo/demo.ts'
import type { Browser, BrowserContext, Page } from './support/browser.ts'
import { launchBrowser } from './support/browser.ts'
import { openDemo, startWitness } from './support/demo.ts'

const letters = ['A', 'B', 'C', 'D', 'E', 'F']
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let browser: Browser
let demo: Demo
before(async () => {
  ;[browser, demo] = await Promise.all([launchBrowser(), openDemo()])
})
after(async () => {
  await browser.close()
  await demo.close()
})

/** A browser of its own, and everything it complained about: errors, and reports of the content security policy. */
async function open(options: { javaScriptEnabled?: boolean; locale?: string } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const complaints: string[] = []
  context.on('page', (page) => {
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  })

  return { context, complaints, page: await context.newPage() }
}

/** The click path, without typing. Consent is asked for the first time only. */
async function walk(context: BrowserContext, page: Page): Promise<void> {
  const [app] = await Promise.all([context.waitForEvent('page'), page.click('#start')])
  await app.click('form[action$="/connect"] button')
  await app.click('button:has-text("Use the demo account")')
  await finish(app)
  await app.close()
}

/** Allows if it is asked, and waits until the browser is back at the app. */
async function finish(app: Page): Promise<void> {
  const atHome = (url: URL) => url.origin === demo.analytics && url.pathname === '/'
  const allow = app.locator('button[name="decision"][value="allow"]')
  await Promise.race([allow.waitFor(), app.waitForURL(atHome)]).catch(() => {})
  if (!atHome(new URL(app.url()))) await allow.click()
  await app.waitForURL(atHome)
}

const stepOf = (page: Page, letter: string) => page.locator(`.step[data-step="${letter}"]`)
const press = (page: Page, drill: string) => page.click(`form[data-drill="${drill}"] button`)

async function chooseStep(page: Page, letter: string): Promise<void> {
  await stepOf(page, letter).locator('a').click()
  await page.locator(`.step[data-step="${letter}"] a[aria-current="step"]`).waitFor()
}

/** Notes each step as the page shows it done, in the page's own time. */
async function noteSteps(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: [string, number][] = []
    Object.assign(window, { noted })
    const look = () => {
      for (const step of document.querySelectorAll<HTMLElement>('.step[data-status="done"]')) {
        const letter = step.dataset['step'] ?? ''
        if (!noted.some(([known]) => known === letter)) noted.push([letter, Date.now()])
      }
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true })
  })
}

const notedSteps = (page: Page) =>
  page.evaluate(() => (window as unknown as { noted: readonly [string, number][] }).noted)

test('[UX-2.1] the inspector fills in A to F by itself, in order, with the very lines and statuses of the wire', async (t) => {
  const { context, page, complaints } = await open()
  const witness = startWitness()
  await page.goto(demo.inspector)
  await noteSteps(page)

  await walk(context, page)
  await page.locator('.step[data-step="F"][data-status="done"]').waitFor()

  const noted = await notedSteps(page)
  assert.deepEqual(
    noted.map(([letter]) => letter),
    letters,
  )
  const line = async (letter: string) => (await stepOf(page, letter).locator('code.line').textContent()) ?? ''
  const [a, b, c, d, e, f] = await Promise.all(letters.map(line))
  const onWire = (text: string | undefined, status: number | undefined) =>
    witness.seen.find((each) => each.line === text && (status === undefined || each.status === status))
  const statusOf = (text: string | undefined) => Number(/\d{3}/.exec(text ?? '')?.[0])
  const [aLine, aStatus] = a!.split(' → ')
  const [bLine, bStatus] = b!.split(' → ')
  const matched = [
    onWire(aLine, Number(aStatus)),
    onWire(bLine, Number(bStatus)),
    onWire(c, statusOf(d)),
    onWire(e, statusOf(f)),
  ]
  assert.ok(
    matched.every((each) => each !== undefined),
    JSON.stringify({ a, b, c, d, e, f, seen: witness.seen }),
  )
  assert.match(a!, /^GET \/authorize\?/)
  assert.match(c!, /^POST \/token HTTP/)
  assert.match(e!, /^GET \/orders/)
  assert.deepEqual(complaints, [])

  // How long the page took is told, not asserted: it depends on what else the machine does.
  const shownAfter = [0, 1, 2, 4].map((step, index) => noted[step]![1] - matched[index]!.at)
  t.diagnostic(`steps A, B, C, E shown ${shownAfter.join(', ')} ms after their messages`)
  witness.stop()
  await context.close()
})

test('[UX-2.2] the halves that are shown fit; after "wrong verifier" they do not, and the refusal has its number', async () => {
  const { context, page } = await open()
  const shown = (name: string) => page.locator(`[data-tally="${name}"]`).textContent()
  await page.goto(demo.inspector)
  await walk(context, page)
  await page.locator('.step[data-step="F"][data-status="done"]').waitFor()

  await chooseStep(page, 'C')

  const verifier = (await shown('verifier')) ?? ''
  assert.equal(await shown('challenge'), hash('sha256', verifier, 'base64url'))
  assert.equal(await shown('computed'), await shown('challenge'))
  assert.match((await page.locator('#tally-verdict').textContent()) ?? '', /The halves match/)

  await press(page, 'wrong-verifier')
  await page.locator('.result[data-met="true"]').waitFor()

  assert.match((await page.locator('#tally-verdict').textContent()) ?? '', /The halves do not match/)
  assert.match((await page.locator('.result').textContent()) ?? '', /HF-TOKEN-0204/)
  assert.notEqual(await shown('computed'), await shown('challenge'))
  await context.close()
})

test('[UX-2.3] each of the eleven drills is one click, ends as it says, and the demo works afterwards', async () => {
  const { context, page, complaints } = await open()
  await page.goto(demo.inspector)
  const drills = await page
    .locator('form[data-drill]')
    .evaluateAll((forms) =>
      forms.map((form) => [
        (form as HTMLElement).dataset['drill'] ?? '',
        form.querySelector('code')?.textContent ?? '',
      ]),
    )

  const ended: (string | null)[][] = []
  for (const [drill] of drills) {
    await press(page, drill!)
    await page.waitForURL(/[?&]flow=/)
    const result = page.locator('.result[data-met="true"]')
    ended.push([drill!, await result.locator('.error-note').getAttribute('data-code')])
    await page.goto(demo.inspector)
  }

  assert.equal(drills.length, 11)
  assert.deepEqual(ended, drills)
  await walk(context, page)
  assert.deepEqual(complaints, [])
  await context.close()
})

test('[UX-2.4] the job shows C to F live; A and B do not happen, and the page says why', async () => {
  const { context, page } = await open()
  await page.goto(`${demo.inspector}?kind=machine`)

  await demo.runJob('en')
  await page.locator('.step[data-step="F"][data-status="done"]').waitFor()

  for (const letter of ['C', 'D', 'E', 'F'])
    await page.locator(`.step[data-step="${letter}"][data-status="done"]`).waitFor()
  assert.match((await stepOf(page, 'A').textContent()) ?? '', /does not happen[^]*No person is asked/)
  assert.match((await stepOf(page, 'B').textContent()) ?? '', /does not happen[^]*nobody grants/)
  assert.match((await page.locator('.spoken').textContent()) ?? '', /Resource server → Client: 200/)
  await chooseStep(page, 'D')
  assert.match((await page.locator('.why').textContent()) ?? '', /The signature is right[^]*No refresh token/)
  await context.close()
})

test('[UX-2.5] the password is in no byte of stream, exports and pages of a sign-in that was typed', async () => {
  const { context, page } = await open()
  const stream = await collect(`${demo.inspector}/events?since=0`)
  await page.goto(`${demo.analytics}/`)
  await page.click('form[action$="/connect"] button')
  await page.fill('#username', demo.account.email)
  await page.fill('#password', demo.account.password)
  await page.click('form:has(#password) button[type="submit"]')
  await finish(page)
  await context.close()

  const newest = await text(`${demo.inspector}?kind=person`)
  const flow = /flow=(fl_\d+)/.exec(newest)?.[1]
  const addresses = [
    '?kind=person',
    ...letters.flatMap((letter) => [`?flow=${flow}&step=${letter}`, `?flow=${flow}&step=${letter}&raw=1`]),
    ...[...newest.matchAll(/m=m\d+/g)].map(([message]) => `?flow=${flow}&${message}`),
    `/export?flow=${flow}&format=json&secrets=1`,
    `/export?flow=${flow}&format=har&secrets=1`,
  ]
  const bytes = await Promise.all(addresses.map((each) => text(demo.inspector + each)))

  assert.ok(bytes.some((each) => each.includes('/sign-in')))
  const streamed = stream.stop()
  assert.match(streamed, /event: flow/)
  for (const [index, each] of [...bytes, streamed].entries())
    assert.ok(!each.includes(demo.account.password), addresses[index] ?? 'the stream')
})

test('[UX-2.7] without JavaScript the page lists the six messages, and steps, raw view and drills work', async () => {
  const { context, page } = await open({ javaScriptEnabled: false })
  await page.goto(demo.inspector)
  await walk(context, page)

  await page.goto(`${demo.inspector}?kind=person`)
  const lines = await page.locator('.step code.line').allTextContents()
  assert.equal(lines.length, 6)
  // The app asks for both at once; which is shown is the one that came first.
  assert.match(lines.join('\n'), /GET \/authorize[^]*POST \/token[^]*200 at\+jwt[^]*GET \/(?:orders|refunds)[^]*200/)

  await chooseStep(page, 'C')
  await page.click('.toggle a:not([aria-current])')
  assert.match(
    (await page.locator('.message pre').first().textContent()) ?? '',
    /^POST \/token HTTP\/1\.1\n[^]*code_verifier=/,
  )
  await press(page, 'missing-pkce')
  assert.equal(await page.locator('.result[data-met="true"] .error-note').getAttribute('data-code'), 'HF-AUTHZ-0110')
  await context.close()
})

test('guided mode waits at each step for Next, with and without a script', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const { context, page } = await open({ javaScriptEnabled })
    await page.goto(`${demo.inspector}?kind=person&guided=1&step=A`)

    for (const letter of letters.slice(1)) {
      await page.click('a[data-next]')
      await page.locator(`.step[data-step="${letter}"] a[aria-current="step"]`).waitFor()
    }

    assert.equal(await page.locator('a[data-next]').count(), 0)
    await context.close()
  }
})

test('what the reader has chosen stays while new messages come in', async () => {
  const { context, page } = await open()
  await demo.runJob('en')
  await page.goto(`${demo.inspector}?kind=machine`)
  await chooseStep(page, 'C')
  const chosen = page.url()
  await page.locator('details[data-key="curl"] summary').click()
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  const before = await focused()
  const jobs = page.locator('#flows tbody tr', { hasText: 'Nightly Report' })
  const count = await jobs.count()

  await demo.runJob('en')
  await jobs.nth(count).waitFor()

  assert.equal(page.url(), chosen)
  assert.equal(await page.locator('.step a[aria-current="step"]').count(), 1)
  assert.equal(await page.locator('details[data-key="curl"]').getAttribute('open'), '')
  assert.equal(await focused(), before)
  await context.close()
})

test('[UX-9.1] axe finds nothing in any state, light and dark, in both languages, 320 and 1280 px wide', async () => {
  const { context, page, complaints } = await open()
  const found: string[] = []
  const flows = await text(`${demo.inspector}?kind=person`)
  const drilled = /flow=(fl_\d+)/.exec(flows)?.[1]
  const looks = [
    ['en', 'light', 320],
    ['zh-CN', 'dark', 1280],
    ['zh-CN', 'light', 1280],
    ['en', 'dark', 320],
  ] as const
  const states = [
    ...['B', 'C', 'D', 'F'].map((letter) => `?kind=person&step=${letter}`),
    '?kind=machine&step=A',
    '?kind=person&step=C&raw=1&guided=1',
    `?flow=${drilled}`,
  ]

  // Each state in two looks, which differ in everything, and the other two for the next state.
  for (const [index, state] of states.entries())
    for (const [lang, colorScheme, width] of looks.slice((index % 2) * 2, (index % 2) * 2 + 2)) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${demo.inspector}${state}&lang=${lang}`)
      const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
      found.push(
        ...violations.map((each) => `${lang} ${state} ${colorScheme} ${width}: ${each.id} ${each.nodes[0]?.html}`),
      )
      const scroll = await page.evaluate(() => document.documentElement.scrollWidth)
      if (scroll > width) found.push(`${lang} ${state} ${width}: scrolls sideways, ${scroll} px`)
    }

  assert.deepEqual(found, [])
  assert.deepEqual(complaints, [])
  await context.close()
})

const text = async (address: string) => (await fetch(address)).text()

/** Reads a stream until it is told to stop. */
async function collect(address: string) {
  const stop = new AbortController()
  const response = await fetch(address, { signal: stop.signal })
  let all = ''
  const reading = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) all += chunk
  })()
  reading.catch(() => {})

  return {
    stop() {
      stop.abort()
      return all
    },
  }
}
