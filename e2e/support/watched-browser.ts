import type { Response } from 'playwright-core'
import type { Browser, BrowserContext, Page } from './browser.ts'

/** A browser window of its own, of which everything is written down that a person would not see. */
export interface Watched {
  readonly context: BrowserContext
  /** What the browser complains of: breaches of a policy, other console messages, scripts that threw, what did not load. */
  readonly complaints: string[]
  /** Every answer, in order, with the headers it had. */
  readonly answers: Response[]
  /** Every address asked for with the `Referer` that went along. */
  readonly requests: { readonly method: string; readonly url: string; readonly referrer: string }[]
  readonly close: () => Promise<void>
}

type Options = NonNullable<Parameters<Browser['newContext']>[0]>

/** Milliseconds for one step of a page. Generous, since it only ends a test that has failed. */
const stepMilliseconds = 15_000

export async function openWatched(browser: Browser, options: Options = {}): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  context.setDefaultTimeout(stepMilliseconds)
  const complaints: string[] = []
  const answers: Response[] = []
  const requests: Watched['requests'] = []
  context.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  context.on('weberror', (error) => complaints.push(`script: ${error.error().message}`))
  context.on('requestfailed', (request) => {
    // A page that is left while something of it is still on its way: nobody misses it.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      complaints.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`)
  })
  context.on('response', (response) => answers.push(response))
  context.on('request', (request) => {
    requests.push({ method: request.method(), url: request.url(), referrer: request.headers()['referer'] ?? '' })
  })

  return { context, complaints, answers, requests, close: () => context.close() }
}

/** Everything a person can read on the page. */
export const textOf = (page: Page): Promise<string> => page.locator('body').innerText()

/** Which element the keyboard is on: its id, or its text. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    return element === null || element === document.body ? '' : element.id || (element.textContent ?? '').trim()
  })

/** Presses Tab until the keyboard is on the element with this id or text. Refuses after as many steps as a page may need. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    if (typeof name === 'string' ? now === name : name.test(now)) return
  }
  throw new Error(`Tab never reaches ${String(name)} on ${page.url()}`)
}
