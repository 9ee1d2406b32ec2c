import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openDataFolder } from './data-folder.ts'
import { startDemo } from './demo.ts'
import type { Demo } from './demo.ts'
import { makePassword } from './password.ts'
import { createWalker } from './walker.ts'
import type { Fields, Page } from './walker.ts'

test('[UX-1.2] the whole walk with a person ends on orders of li.wei only, and the browser never holds a token', async (t) => {
  const { demo, folder } = await start(t)
  const walker = createWalker()

  const page = await connect(demo, walker)

  assert.equal(page.url, `${demo.analytics}/`)
  const shown = [...page.body.matchAll(/class="mono">([\d-]+)</g)].map(([, id]) => id!)
  const own = ordersOf(folder, 'li.wei')
  assert.ok(shown.length >= 8)
  for (const id of shown) assert.ok(own.has(id), id)
  assert.ok(walker.visited.every((each) => !/hat_|hrt_|eyJ/.test(each)))
})

test('[UX-3.2b] refunds that were not allowed are not shown; refunds that were allowed are', async (t) => {
  const first = await start(t)
  const second = await start(t)

  const without = await connect(first.demo, createWalker(), { scope: undefined })
  const withRefunds = await connect(second.demo, createWalker())

  assert.match(without.body, /You did not share your refunds/)
  assert.doesNotMatch(withRefunds.body, /You did not share your refunds/)
  assert.match(withRefunds.body, /id="refunds"[^]*class="mono">\d{8}-\d{4}</)
})

test('[UX-3.2b] what was left out is asked for later, that alone, and works then', async (t) => {
  const { demo } = await start(t)
  const walker = createWalker()

  const page = await connect(demo, walker, { scope: undefined })
  const asked = await walker.submit(page, '/connect')
  const withRefunds = await walker.submit(asked, '/consent', { decision: 'allow' })
  const later = await walker.go(demo.analytics)

  assert.match(asked.body, /See your refunds/)
  for (const each of [withRefunds, later]) assert.match(each.body, /id="refunds"[^]*class="mono">\d{8}-\d{4}</)
})

test('[UX-3.2c] a person who cancels comes back to the app without having shared anything', async (t) => {
  const { demo } = await start(t)
  const walker = createWalker()

  const asked = await askForConsent(demo, walker)
  const page = await walker.submit(asked, '/consent', { decision: 'deny' })

  assert.match(page.body, /You cancelled\. Nothing was shared\./)
})

test('[UX-2.4] the job gets its own token and the sums of yesterday, and no person is asked', async (t) => {
  const { demo } = await start(t)

  const run = await demo.runJob('en')

  assert.equal(run.ok, true)
  assert.match(run.lines[0]!, /^ {2}C {2}POST \/token +client_credentials, scope orders\.stats +200 +\d+ ms$/)
  assert.match(run.lines[1]!, new RegExp(`^  D  access token +at\\+jwt, 300 s, aud ${demo.api}$`))
  assert.match(run.lines[2]!, /^ {2}E {2}GET {2}\/stats\/daily +Authorization: Bearer …[\w-]{3}$/)
  assert.match(run.lines[3]!, /^ {2}F {2}200 +\{"date":"\d{4}-\d\d-\d\d","orders":\d+,"amount":"\d+\.\d\d"\} +\d+ ms$/)
  assert.match(run.lines[4]!, /^ {2}A and B do not happen/)
})

test('[UX-1.5] with its ports taken the demo takes the next ones, and works from end to end', async (t) => {
  const blocker = createServer()
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
  t.after(() => blocker.close())
  const taken = (blocker.address() as AddressInfo).port

  const { demo } = await start(t, { server: taken, api: taken, analytics: taken })
  const page = await connect(demo, createWalker())

  assert.equal(demo.moved.length, 3)
  assert.ok(demo.moved.every(({ wanted, got }) => wanted === taken && got > taken))
  assert.equal(demo.redirectUri, `${demo.analytics}/callback`)
  assert.equal(page.url, `${demo.analytics}/`)
  assert.equal((await demo.runJob('en')).ok, true)
})

test('[UX-1.1] every address the demo prints answers 200, the server’s on each address of localhost', async (t) => {
  const { demo } = await start(t)
  const { port } = new URL(demo.issuer)
  const addresses = [demo.inspector, demo.issuer, demo.api, demo.analytics, `http://127.0.0.1:${port}/`]
  if (await hasIPv6()) addresses.push(`http://[::1]:${port}/`)

  for (const each of addresses) assert.equal((await fetch(each)).status, 200, each)
})

test('[UX-1.6] a reset forgets every session, permission and key, and the demo works as at its first start', async (t) => {
  const { demo, folder } = await start(t)
  const walker = createWalker()
  await connect(demo, walker)
  const key = folder.findJobKey()

  await demo.reset()
  const again = await walker.go(demo.analytics)
  const page = await connect(demo, walker)

  assert.match(again.body, /id="connect"/)
  assert.notDeepEqual(folder.findJobKey(), key)
  assert.equal(page.url, `${demo.analytics}/`)
  assert.ok(walker.visited.filter((each) => each.startsWith(`${demo.issuer}/i/`)).length > 0)
})

test('[UX-1.6] the data lasts: after a restart the same account has the same subject and its consent', async (t) => {
  const first = await start(t)
  const walker = createWalker()
  await connect(first.demo, walker)
  await first.demo.close()

  const second = await startDemo({ folder: first.folder, ports: portsOf(first.demo) })
  t.after(() => second.close())
  const home = await walker.go(second.analytics)
  const login = await walker.submit(home, '/connect')
  const signedIn = await walker.submit(login, '/sign-in', {
    username: second.account.email,
    password: second.account.password,
  })

  assert.notEqual(second.account.password, first.demo.account.password)
  assert.equal(signedIn.url, `${second.analytics}/`)
})

test('[LG-01] secrets on the disk are for their owner only, and the password is on no disk', async (t) => {
  const { demo, folder } = await start(t)
  await connect(demo, createWalker())

  for (const name of ['secret.key', 'nightly-report.jwk.json', 'demo.json'])
    assert.equal(statSync(join(folder.path, name)).mode & 0o077, 0, name)
  for (const name of readdirSync(folder.path))
    assert.equal(readFileSync(join(folder.path, name)).includes(demo.account.password), false, name)
})

test('[UX-1.1] the password is two words and a number, another one each time', () => {
  const made = Array.from({ length: 50 }, makePassword)

  for (const each of made) assert.match(each, /^[a-z]+-[a-z]+-\d\d$/)
  assert.ok(new Set(made).size > 45)
})

async function start(t: TestContext, ports = { server: 0, api: 0, analytics: 0 }) {
  const path = mkdtempSync(join(tmpdir(), 'hufu-demo-'))
  const folder = openDataFolder(path)
  const demo = await startDemo({ folder, ports })
  t.after(async () => {
    await demo.close()
    rmSync(path, { recursive: true, force: true })
  })

  return { demo, folder }
}

async function askForConsent(demo: Demo, walker: ReturnType<typeof createWalker>): Promise<Page> {
  const home = await walker.go(demo.analytics)
  const login = await walker.submit(home, '/connect')
  if (!/action="[^"]*\/sign-in"/.test(login.body)) return login

  const { email, password } = demo.account
  return walker.submit(login, '/sign-in', { username: email, password })
}

async function connect(demo: Demo, walker: ReturnType<typeof createWalker>, fields: Fields = {}) {
  return walker.submit(await askForConsent(demo, walker), '/consent', { decision: 'allow', ...fields })
}

const portsOf = (demo: Demo) => ({
  server: Number(new URL(demo.issuer).port),
  api: Number(new URL(demo.api).port),
  analytics: Number(new URL(demo.analytics).port),
})

function hasIPv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(0, '::1', () => probe.close(() => resolve(true)))
  })
}

/** Straight from the shop's own file. */
function ordersOf(folder: { readonly orders: string }, username: string): Set<string> {
  const database = new DatabaseSync(folder.orders, { readOnly: true })
  const rows = database
    .prepare('SELECT orders.id FROM orders JOIN shoppers ON shoppers.id = shopper_id WHERE username = ?')
    .all(username)
  database.close()

  return new Set(rows.map((row) => row['id'] as string))
}
