import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEvent } from 'hufu/testing'
import { begun, d1, d2, decide, enter, poll, serverWithDevices, signIn } from '../../support/device.ts'
import * as cast from '../../support/fixtures.ts'
import { has } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, auditOf } from '../../support/token-oracles.ts'
import { createUserAgent } from '../../support/user-agent.ts'
import type { Page, UserAgent } from '../../support/user-agent.ts'

/** Codes that nobody was given, different each time. */
const guesses = () => {
  let count = 0
  const letters = 'BCDFGHJKLMNPQRSTVWXZ'

  return () => {
    count++

    return Array.from({ length: 8 }, (_, at) => letters[Math.floor(count / 20 ** at) % 20]).join('')
  }
}

const text = ({ html }: Page) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const unknown = /This code is not known here/
const waitText = /There were too many tries\. Please wait/

/** A browser at another address. */
const browserAt = (as: TestServer, address: string): UserAgent =>
  createUserAgent((request) => as.server.fetch(request, address), as.issuer)

test('[DEV-3.3-01] the code leads to sign-in, then to the question, then to an end that leads nowhere', async (t) => {
  // req: DEV-5.4-01, DV-03
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const by = as.browser()

  const asked = await enter(as, by, device.user_code)
  assert.match(text(asked), /to connect a device to Television One/)
  const question = await signIn(asked, by)
  assert.equal(question.status, 200)
  const end = await by.submit(question, '/consent', { decision: 'allow' })

  assert.match(text(end), /The device is connected.*You can close this page\./)
  assert.deepEqual(end.forms, [])
  assert.equal(end.leavesFor, undefined)
  assert.doesNotMatch(end.html, /tv\.example|http-equiv="refresh"|\bd1\b/)
  assert.match(end.headers.get('content-security-policy') ?? '', /form-action 'none'/)
  await assertTokens(await poll(as, device))
})

test('[DV-03] the question says that a device is connected, of which app and host, since when, from where, and shows the code', async (t) => {
  // req: DEV-5.4-01, DEV-3.3-01, UX-3.4
  const as = await serverWithDevices(t)
  const device = await begun(as, { scope: 'orders.read orders.write' })
  as.later(190)
  const here = as.browser()
  const question = await signIn(await enter(as, here, device.user_code), here)
  const told = text(question)

  for (const each of [
    'Television One on a device wants to use your account',
    'You are connecting a device',
    'Only continue if you started this yourself, on a device in front of you. Nobody from support will ask you for a code.',
    device.user_code,
    '3 minutes ago',
    '192.0.2.1 (the same as this browser)',
    'tv.example',
    'See your orders',
    'Change your orders',
  ])
    assert.ok(told.includes(each), each)
  // Neither answer stands out from the other.
  const [deny, allow] = ['deny', 'allow'].map(
    (each) => new RegExp(`<button[^>]*value="${each}"`).exec(question.html)![0],
  )
  assert.doesNotMatch(`${deny}${allow}`, /class="main"/)

  const other = await begun(as)
  const elsewhere = browserAt(as, '203.0.113.9')
  const seen = text(await signIn(await enter(as, elsewhere, other.user_code), elsewhere))
  assert.ok(seen.includes('192.0.2.1 (different from this browser)') && seen.includes('less than a minute ago'))

  // Where nobody can say where a device is, nobody claims that it is here.
  const nowhere = await as.server.fetch(
    new Request(`${as.issuer}/device_authorization`, { method: 'POST', body: 'client_id=d1', headers: form }),
  )
  const lost = createUserAgent((request) => as.server.fetch(request), as.issuer)
  const { user_code } = (await nowhere.json()) as { user_code: string }
  const unsaid = text(await signIn(await enter(as, lost, user_code), lost))
  assert.match(unsaid, /From the address not known/)
  assert.doesNotMatch(unsaid, /this browser\)/)
})

test('[DV-03] a code in the link is filled in and shown for comparison, and does nothing by itself', async (t) => {
  // req: DEV-3.3-01, O21-7.11-01
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const by = await as.signedIn()
  await decide(as, device, 'allow', { by })
  const again = await begun(as)
  as.writes.length = 0

  const page = await by.open(again.verification_uri_complete)

  assert.equal(page.status, 200)
  assert.equal(page.headers.get('x-frame-options'), 'DENY')
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  assert.match(text(page), new RegExp(`Is this the code on your device\\? ${again.user_code}`))
  assert.match(page.html, new RegExp(`<input[^>]*value="${again.user_code}"`))
  assert.match(text(page), /Go on only if you have the device in your hands/)
  assert.deepEqual(as.writes, [])
  await assertRefused(await poll(as, again), 400, 'authorization_pending')
  // Signed in, and allowed before: still every step is a decision.
  const question = await by.submit(page, '/device', { user_code: again.user_code })
  assert.ok(has(question, '/consent'))
  assert.match(text(question), /See your orders/)
  assert.doesNotMatch(text(question), /Already allowed/)
  // What no device shows is not shown by us either.
  for (const each of ['%3Cb%3E', 'AAAA-AAAA', 'WDJB', 'x'.repeat(500)]) {
    const other = await by.open(`${as.issuer}/device?user_code=${each}`)
    assert.match(other.html, /<input[^>]*value=""/)
    assert.ok(!other.html.includes('&lt;b&gt;') && !text(other).includes('AAAA'))
  }
})

test('[DEV-6.1-01] a code may be typed in any case, with blanks and dashes or without, and in full width', async (t) => {
  const as = await serverWithDevices(t)
  const wide = (code: string) => code.replaceAll(/[A-Z]/g, (each) => String.fromCodePoint(each.charCodeAt(0) + 0xfee0))
  const ways = [
    (code: string) => code.toLowerCase(),
    (code: string) => code.replace('-', ''),
    (code: string) => ` ${code.split('').join(' ')} `,
    (code: string) => code.replace('-', '–').toLowerCase(),
    wide,
  ]

  for (const way of ways) {
    const { user_code } = await begun(as)
    assert.ok(has(await enter(as, as.browser(), way(user_code)), '/sign-in'), way(user_code))
  }
  const by = as.browser()
  for (const typed of ['', 'WDJB', 'WDJBMJHTX', 'AEIO-UAEI', '<script>', 'x'.repeat(5000)]) {
    const page = await enter(as, by, typed)
    assert.equal(page.status, 400)
    assert.match(text(page), /it has eight letters and no vowels/)
    assert.ok(!page.html.includes('<script>'))
  }
})

test('[DEV-3.3-01] a no is a no: the device hears it, and the code is of no more use', async (t) => {
  const as = await serverWithDevices(t)
  const [first, second] = [await begun(as), await begun(as)]
  const by = as.browser()

  const end = await decide(as, first, 'deny', { by })
  assert.match(text(end), /The device was not connected Nothing was shared\./)
  await assertRefused(await poll(as, first), 400, 'access_denied')
  assert.match(text(await enter(as, by, first.user_code)), unknown)
  // Also before anybody has signed in.
  const stranger = as.browser()
  const asked = await enter(as, stranger, second.user_code)
  const cancelled = await stranger.submit(asked, '/cancel')
  assert.match(text(cancelled), /The device was not connected/)
  await assertRefused(await poll(as, second), 400, 'access_denied')
})

test('[DV-01] the browser that enters a code first has it to itself', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const [alice, mallory] = [as.browser(), await as.signedIn(cast.mallory)]
  const asked = await enter(as, alice, device.user_code)

  const late = await enter(as, mallory, device.user_code)
  assert.equal(late.status, 400)
  assert.match(text(late), unknown)
  // Nor by the address of the other's page, with a form of one's own.
  const stolen = await mallory.open(asked.url)
  assert.equal(stolen.status, 400)
  const own = await enter(as, mallory, (await begun(as)).user_code)
  const csrf = own.forms.find(({ action }) => action.endsWith('/consent'))!.fields.find(([name]) => name === 'csrf')![1]
  const posted = await mallory.post(`${asked.url}/consent`, { csrf, decision: 'allow' })
  assert.equal(posted.status, 400)
  await assertRefused(await poll(as, device), 400, 'authorization_pending')
  // In the same browser it may be entered again, and answered once.
  const again = await enter(as, alice, device.user_code)
  const question = await signIn(asked, alice)
  await alice.submit(question, '/consent', { decision: 'allow' })
  assert.match(text(await alice.open(again.url)), /wants to use your account/)
  const second = await alice.submit(await alice.open(again.url), '/consent', { decision: 'deny' })
  assert.match(text(second), /You have already answered/)
  await assertTokens(await poll(as, device))
  const events = (await auditOf(as)).filter((each) => each.type === 'user_code_entered' && each.outcome === 'refused')
  assert.deepEqual(
    events.map(({ reason, clientId }) => `${reason} ${clientId}`),
    ['user_code_taken d1'],
  )
})

test('[UI-01] a form that is not of this browser enters nothing', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const [by, other] = [as.browser(), as.browser()]
  await other.open(`${as.issuer}/device`)
  const csrf = (await by.open(`${as.issuer}/device`)).forms[0]!.fields.find(([name]) => name === 'csrf')![1]
  const fields = { csrf, user_code: device.user_code }

  for (const page of [
    await other.post(`${as.issuer}/device`, fields),
    await by.post(`${as.issuer}/device`, { user_code: device.user_code }),
    await by.post(`${as.issuer}/device`, fields, { 'sec-fetch-site': 'cross-site' }),
  ]) {
    assert.equal(page.status, 200)
    assert.match(text(page), /Enter the code that your device shows/)
  }
  assert.ok(has(await by.post(`${as.issuer}/device`, fields), '/sign-in'))
})

test('[DEV-5.1-01] five wrong codes, and a browser waits, longer each time; the right code does not help it', async (t) => {
  // req: DV-02, UX-3.4
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const [by, guess] = [as.browser(), guesses()]

  for (let count = 0; count < 5; count++) assert.match(text(await enter(as, by, guess())), unknown)
  const stopped = await enter(as, by, device.user_code)
  assert.equal(stopped.status, 429)
  assert.match(text(stopped), waitText)
  assert.match(text(stopped), /wait 10 minutes/)
  as.later(599)
  assert.equal((await enter(as, by, device.user_code)).status, 429)
  as.later(1)
  const next = await begun(as)
  assert.ok(has(await enter(as, by, next.user_code), '/sign-in'))
  // Twenty within six hours, and it is over for longer.
  for (let round = 0; round < 3; round++) {
    for (let count = 0; count < 5; count++) await enter(as, by, guess())
    as.later(600)
  }
  const long = await enter(as, by, guess())
  assert.equal(long.status, 429)
  assert.match(text(long), /wait 3\d\d minutes/)
  // Another browser at another place goes on.
  const other = browserAt(as, '203.0.113.9')
  assert.ok(has(await enter(as, other, (await begun(as)).user_code), '/sign-in'))
})

test('[DEV-5.1-01] wrong codes count against the account that is signed in, whichever browser it uses', async (t) => {
  // req: UX-3.4
  const as = await serverWithDevices(t)
  const guess = guesses()
  for (let count = 0; count < 5; count++) await enter(as, await as.signedIn(), guess())

  assert.equal((await enter(as, await as.signedIn(), guess())).status, 429)
  assert.equal((await enter(as, await as.signedIn(cast.mallory), guess())).status, 400)
})

test('[DV-02] a guesser is stopped in one browser, in many of one address, and reported where many addresses guess', async (t) => {
  // req: DEV-5.1-01
  const faults: unknown[] = []
  const as = await serverWithDevices(t, { log: { fault: (error) => faults.push(error) } })
  const waiting = await Promise.all(Array.from({ length: 60 }, () => begun(as)))
  const guess = guesses()
  const statuses = new Map<number, number>()
  const tryAll = async (count: number, by: () => UserAgent) => {
    for (let each = 0; each < count; each++) {
      const { status } = await enter(as, by(), guess())
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  const one = as.browser()

  await tryAll(50, () => one)
  assert.deepEqual(Object.fromEntries(statuses), { 400: 5, 429: 45 })
  // A browser of its own for each guess, at one address.
  await tryAll(100, () => as.browser())
  assert.deepEqual(Object.fromEntries(statuses), { 400: 60, 429: 90 })
  // And each from an address of its own.
  let at = 0
  await tryAll(940, () => browserAt(as, `10.0.${Math.floor(at / 250)}.${at++ % 250}`))

  assert.deepEqual(Object.fromEntries(statuses), { 400: 1000, 429: 90 })
  const events = (await auditOf(as)).filter((each) => each.type === 'user_codes_guessed')
  assert.equal(events.length, 0)
  const all = await as.store.listAudit((await auditOf(as)).at(-1)!.id, 1000)
  assert.equal(all.filter((each) => each.type === 'user_codes_guessed').length, 1)
  assert.deepEqual(faults.map(String), ['Error: 1000 wrong user codes within an hour: somebody may be guessing'])
  for (const device of waiting) await assertRefused(await poll(as, device), 400, 'authorization_pending')
})

test('[DEV-XD-01] where a device may connect is decided by the operator twice: server and client', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const by = as.browser()
  const asked = await enter(as, by, device.user_code)
  const saved = await as.server.saveClient({ ...d1, grant_types: ['client_credentials'], redirect_uris: undefined })
  assert.equal(saved.ok, false)
  // Taken from a client, the grant is gone for a device that waits.
  const client = (await as.store.findClient('d1' as Parameters<typeof as.store.findClient>[0]))!
  await as.store.saveClient({ ...client, grantTypes: ['refresh_token'] }, anEvent())

  assert.equal((await by.open(asked.url)).status, 400)
  await assertRefused(await poll(as, device), 400, 'unauthorized_client')
})

test('[UI-21] who signs out and in as somebody else is asked anew, and the old form does nothing', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const by = as.browser()
  const question = await signIn(await enter(as, by, device.user_code), by)
  const other = await by.submit(question, '/switch')
  const asked = await signIn(other, by, cast.mallory)

  const stale = await by.submit(question, '/consent', { decision: 'allow' })
  assert.match(text(stale), /Signed in as mallory/)
  await assertRefused(await poll(as, device), 400, 'authorization_pending')
  await by.submit(asked, '/consent', { decision: 'allow' })
  const { access_token } = await assertTokens(await poll(as, device))
  const mallory = (await as.store.findAccountByUsername('mallory'))!
  assert.equal((await as.introspect(access_token))['sub'], mallory.subject)
})

test('[DEV-3.3-01] the pages are in the language of the browser, and lead to it in the other', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as, {}, d2)
  const by = createUserAgent((request) => as.server.fetch(request, '192.0.2.1'), as.issuer, 'zh-CN')
  const entry = await by.open(`${as.issuer}/device`)

  assert.match(entry.html, /<html lang="zh-CN"/)
  assert.match(text(entry), /请输入设备上显示的代码/)
  assert.match(entry.html, /href="\/device\?lang=en"/)
  const question = await signIn(await by.submit(entry, '/device', { user_code: device.user_code }), by)
  assert.match(text(question), /设备上的 Till Two 想使用你的账号/)
  assert.match(text(await by.submit(question, '/consent', { decision: 'allow' })), /设备已连接/)
})
