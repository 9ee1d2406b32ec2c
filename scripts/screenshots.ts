/**
 * Makes the picture of the README from the running demo. Usage: npm run screenshots
 *
 * Starts the demo in an empty folder of its own, walks the flow as a person would and saves the inspector that saw it.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchBrowser, type BrowserContext, type Page } from '../e2e/support/browser.ts'

const root = join(import.meta.dirname, '..')
const images = join(root, 'docs/images')
const readyWithinMs = 30_000

mkdirSync(images, { recursive: true })
const work = mkdtempSync(join(tmpdir(), 'hufu-screenshots-'))
const demo = spawn(process.execPath, [join(root, 'demo/main.ts')], { cwd: work, stdio: ['ignore', 'pipe', 'inherit'] })
try {
  const inspector = await inspectorAddress()
  const browser = await launchBrowser()
  const context = await browser.newContext({
    viewport: { width: 1280, height: 1080 },
    locale: 'en',
    reducedMotion: 'reduce',
  })
  try {
    const page = await walk(context, inspector)
    await page.screenshot({ path: join(images, 'inspector.png') })
    console.log('wrote docs/images/inspector.png')
  } finally {
    await browser.close()
  }
} finally {
  demo.kill()
  rmSync(work, { recursive: true, force: true })
}

async function inspectorAddress(): Promise<string> {
  let text = ''
  const timer = setTimeout(() => demo.kill(), readyWithinMs)
  demo.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  try {
    for (;;) {
      const found = /https?:\/\/\S+\/inspector\b/.exec(text)
      if (found !== null && /ready/i.test(text)) return found[0]
      if (demo.exitCode !== null || demo.signalCode !== null) throw new Error(`the demo did not get ready:\n${text}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    clearTimeout(timer)
  }
}

/** Inspector, app, sign in with the demo account, allow, back in the app; the inspector filled in meanwhile. */
async function walk(context: BrowserContext, inspector: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(inspector)
  const opened = context.waitForEvent('page')
  await press(page, /^Start/)
  const app = await opened
  await press(app, /Connect/)
  await press(app, /demo account/i)
  await press(app, /^Allow/)
  await app.locator('#by-month').waitFor()
  await page.bringToFront()
  // The step at which the two halves of the proof are laid together.
  await press(page, /exchange/)
  await page
    .getByText(/halves match/i)
    .first()
    .waitFor()
  await page.evaluate(() => scrollTo(0, 0))
  await page.mouse.move(0, 0)
  return page
}

function press(page: Page, name: RegExp): Promise<void> {
  return page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click()
}
