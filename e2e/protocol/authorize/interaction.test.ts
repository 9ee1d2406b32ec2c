import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alice, c1, c2, mallory, p1, x } from '../../support/fixtures.ts'
import { assertPage, auditOf } from '../../support/oracles.ts'
import { has, responseOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import type { Page, UserAgent } from '../../support/user-agent.ts'

const fieldOf = (page: Page, action: string, name: string) =>
  page.forms.find((each) => each.action.endsWith(action))?.fields.find(([other]) => other === name)?.[1] ?? ''

/** The consent page of a request, as alice sees it. */
async function question(as: TestServer, client: Parameters<TestServer['authorize']>[1] = c1, changes = {}) {
  const browser = await as.signedIn()
  const request = as.authorize(changes, client)
  const page = await browser.open(request.url)
  assert.ok(has(page, '/consent'))
  as.writes.length = 0

  return { browser, request, page, csrf: fieldOf(page, '/consent', 'csrf') }
}

test('[UI-01] a form that another site sends does nothing', async (t) => {
  // req: UI-04, O21-7.12-01
  const as = await startServer()
  t.after(as.close)
  const { browser, page, csrf } = await question(as)
  const forged = [
    { fields: {}, headers: {} },
    { fields: { csrf: '' }, headers: {} },
    { fields: { csrf: 'a'.repeat(43) }, headers: {} },
    { fields: { csrf: [csrf, csrf] }, headers: {} },
    { fields: { csrf }, headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } },
    { fields: { csrf }, headers: { 'sec-fetch-site': 'same-site', origin: 'https://sibling.as.example' } },
    { fields: { csrf }, headers: { 'sec-fetch-site': 'none' } },
  ]

  for (const { fields, headers } of forged) {
    for (const step of ['consent', 'cancel', 'switch', 'sign-in']) {
      const after = await browser.post(`${page.url}/${step}`, { decision: 'allow', ...alice, ...fields }, headers)
      assert.equal(after.leavesFor, undefined)
      assert.ok(has(after, '/consent'), step)
    }
    for (const path of ['/sign-out', '/sign-in'])
      await browser.post(as.issuer + path, { ...mallory, ...fields }, headers)
  }

  assert.deepEqual(as.writes, [])
  assert.match((await browser.open(`${as.issuer}/`)).html, /alice/)
})

test('[UI-04] nobody can be signed in as somebody else by another site', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const browser = as.browser()
  const attacker = as.browser()
  const theirs = await attacker.open(`${as.issuer}/sign-in`)
  await browser.open(`${as.issuer}/sign-in`)

  await browser.post(`${as.issuer}/sign-in`, { ...mallory, csrf: fieldOf(theirs, '/sign-in', 'csrf') })

  assert.equal(browser.cookies.has('__Host-hufu_session'), false)
  assert.ok(!as.writes.includes('startSession'))
})

test('[UI-03] a session that was planted before is not the one alice gets, and ends', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn(mallory)
  const planted = browser.cookies.get('__Host-hufu_session')
  as.later(1)

  const page = await browser.open(as.authorize({ prompt: 'login' }).url)
  await browser.submit(page, '/sign-in', alice)

  const other = as.browser()
  other.cookies.set('__Host-hufu_session', planted ?? '')
  assert.notEqual(browser.cookies.get('__Host-hufu_session'), planted)
  assert.doesNotMatch((await other.open(`${as.issuer}/`)).html, /alice|mallory/)
})

test('[UI-03] a cookie that comes twice is not believed', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn()
  const session = browser.cookies.get('__Host-hufu_session') ?? ''

  const once = await as.get('/', { cookie: `__Host-hufu_session=${session}` })
  const twice = await as.get('/', { cookie: `__Host-hufu_session=${session}; __Host-hufu_session=${session}` })

  assert.match(await once.text(), /alice/)
  assert.doesNotMatch(await twice.text(), /alice/)
})

test('[UI-11] what is granted is what the page showed, whatever the form says', async (t) => {
  // req: AZ-03, O21-7.3-01
  const as = await startServer()
  t.after(as.close)
  const { browser, page } = await question(as, c2, { scope: 'orders.read' })

  const end = await browser.submit(page, '/consent', {
    decision: 'allow',
    scope: ['orders.read', 'bills.read', 'orders.write', 'jobs.run', 'offline_access'],
    client_id: 'c1',
    redirect_uri: 'https://evil.example/cb',
    resource: 'https://billing.example',
    state: 'other',
    code_challenge: 'a'.repeat(43),
  })

  assert.ok(end.leavesFor?.startsWith(`${c2.redirect_uris[0]}?`))
  const [consent] = await auditOf(as, 'consent')
  assert.deepEqual([consent?.clientId, consent?.scope], ['c2', 'orders.read'])
})

test('[O21-1.4.1-04] what the person unticks is not granted', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const without = await question(as)
  await without.browser.submit(without.page, '/consent', { decision: 'allow' })
  const granted = (await auditOf(as, 'consent'))[0]?.scope
  as.later(1)
  const page = await without.browser.open(as.authorize().url)
  await without.browser.submit(page, '/consent', { decision: 'allow', scope: 'orders.write' })

  assert.equal(granted, 'orders.read')
  assert.deepEqual(
    (await auditOf(as, 'consent')).map((each) => each.scope),
    ['orders.read', 'orders.read orders.write'],
  )
})

test('[O21-1.4.1-03] whoever allows an app but none of what it asked for, has refused', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const { browser, page } = await question(as, c1, { scope: 'orders.write' })

  const end = await browser.submit(page, '/consent', { decision: 'allow' })

  assert.equal(responseOf(end).get('error'), 'access_denied')
  assert.deepEqual(as.writes, ['answerRequest'])
})

test('[UI-12] the question cannot be skipped by posting the answer', async (t) => {
  // req: O21-3.1-01, O21-2.4-04
  const as = await startServer()
  t.after(as.close)
  const browser = as.browser()
  const signIn = await browser.open(as.authorize({}, p1).url)
  const csrf = fieldOf(signIn, '/sign-in', 'csrf')

  const signedOut = await browser.post(`${signIn.url}/consent`, { csrf, decision: 'allow' })
  const after = await browser.submit(signIn, '/sign-in', alice)
  const oldToken = await browser.post(`${signIn.url}/consent`, { csrf, decision: 'allow' })

  assert.ok(has(signedOut, '/sign-in'))
  assert.ok(has(after, '/consent'))
  assert.ok(has(oldToken, '/consent'))
  assert.ok(!as.writes.includes('issueCode'))
})

test('[UI-13] one question is answered once: later answers are told so', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const { browser, page } = await question(as)

  const ends = await Promise.all(
    Array.from({ length: 20 }, async () => browser.submit(page, '/consent', { decision: 'allow' })),
  )
  const back = await browser.open(page.url)
  const denied = await browser.submit(page, '/consent', { decision: 'deny' })

  assert.equal(ends.filter((each) => each.leavesFor !== undefined).length, 1)
  for (const later of [...ends.filter((each) => each.leavesFor === undefined), back, denied]) {
    assert.equal(later.status, 200)
    assert.equal(later.leavesFor, undefined)
    assert.equal(later.forms.length, 0)
  }
  assert.equal((await auditOf(as, 'consent')).length, 1)
})

test('[UI-13] after a no there is no yes', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const { browser, page } = await question(as)

  const denied = await browser.submit(page, '/consent', { decision: 'deny' })
  const allowed = await browser.submit(page, '/consent', { decision: 'allow' })

  assert.equal(responseOf(denied).get('error'), 'access_denied')
  assert.equal(allowed.leavesFor, undefined)
  assert.ok(!as.writes.includes('issueCode'))
})

test('[UI-14] a question of another browser can be neither seen nor answered', async (t) => {
  // req: AZ-11
  const as = await startServer()
  t.after(as.close)
  const mine = await question(as)
  const other = await as.signedIn(mallory)

  const seen = await other.open(mine.page.url)
  const answered = await other.post(`${mine.page.url}/consent`, { csrf: mine.csrf, decision: 'allow' })

  for (const page of [seen, answered]) {
    assert.equal(page.status, 400)
    assert.equal(page.leavesFor, undefined)
    assert.ok(!page.html.includes('Client One'))
  }
  assert.ok(!as.writes.includes('issueCode'))
})

test('[AZ-11] of two questions in two tabs, each answer is to its own', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const first = await question(as)
  const second = await first.browser.open(as.authorize({}, x).url)
  assert.match(second.html, /Free Prizes/)

  const crossed = await first.browser.post(`${second.url}/consent`, { csrf: first.csrf, decision: 'allow' })
  const end = await first.browser.submit(first.page, '/consent', { decision: 'allow' })

  assert.match(crossed.html, /Free Prizes/)
  assert.ok(has(crossed, '/consent'))
  assert.ok(end.leavesFor?.startsWith(`${c1.redirect_uris[0]}?code=`))
})

test('[UI-21] a form of alice means nothing once mallory has signed in in the same browser', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const { browser, page, csrf } = await question(as)

  const switched = await browser.submit(page, '/switch')
  const signedOut = await browser.submit(page, '/consent', { decision: 'allow' })
  const theirs = await browser.submit(switched, '/sign-in', mallory)
  const stale = await browser.post(`${page.url}/consent`, { csrf, decision: 'allow' })

  assert.ok(has(switched, '/sign-in'))
  assert.ok(has(signedOut, '/sign-in'))
  assert.ok(has(theirs, '/consent'))
  assert.ok(has(stale, '/consent'))
  assert.match(stale.html, /mallory/)
  assert.ok(!as.writes.includes('issueCode'))
})

test('[O21-3.1-01] a wrong password leads nowhere, and is not shown again', async (t) => {
  // req: UI-05, LG-01
  const as = await startServer()
  t.after(as.close)
  const browser = as.browser()
  const page = await browser.open(as.authorize().url)

  const wrong = await browser.submit(page, '/sign-in', { username: 'alice', password: 'hufucanary_wrong' })
  const unknown = await browser.submit(page, '/sign-in', { username: 'nobody', password: 'hufucanary_wrong' })

  for (const each of [wrong, unknown]) {
    assert.equal(each.status, 400)
    assert.ok(has(each, '/sign-in'))
    assert.ok(!each.html.includes('hufucanary'))
  }
  assert.equal(wrong.html.replaceAll('alice', ''), unknown.html.replaceAll('nobody', ''))
  assert.deepEqual(as.writes, ['saveTransaction'])
})

test('[UX-3.3] a question that waited too long is over, and leads to nothing of the request', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const { browser, page } = await question(as)

  as.later(3599)
  const inTime = await browser.open(page.url)
  as.later(1)
  const late = await browser.open(page.url)
  const allowed = await browser.submit(page, '/consent', { decision: 'allow' })

  assert.ok(has(inTime, '/consent'))
  for (const each of [late, allowed]) {
    assert.equal(each.status, 400)
    assert.equal(each.leavesFor, undefined)
    assert.doesNotMatch(each.html, /client\.example\/cb/)
  }
  assert.ok(!as.writes.includes('issueCode'))
})

test('[O21-4.1.2.1-01] an app that is stopped meanwhile gets nothing', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const { browser, page } = await question(as)

  await as.disable(c1)
  const end = await browser.submit(page, '/consent', { decision: 'allow' })

  assert.equal(end.status, 400)
  assert.equal(end.leavesFor, undefined)
  assert.deepEqual(as.writes, [])
})

test('[RU-01] a redirect URI that is taken from the app while the person decides is not gone to', async (t) => {
  // req: O21-2.3.1-02
  const as = await startServer()
  t.after(as.close)
  for (const decision of ['allow', 'deny'] as const) {
    const browser = await as.signedIn()
    const page = await browser.open(as.authorize({}, c1).url)
    const saved = await as.server.saveClient({ ...c1, redirect_uris: ['https://client.example/new'] })
    assert.ok(saved.ok)

    const after = await browser.submit(page, '/consent', { decision })

    assert.equal(after.status, 400)
    assert.equal(after.leavesFor, undefined)
    assert.ok(!after.html.includes('https://client.example/cb'))
    assert.ok((await as.server.saveClient(c1)).ok)
  }
})

test('[UI-02] no page can be framed, kept, or made to load or leak anything', async (t) => {
  // req: O21-7.11-01, BCP-4.16-01, BCP-4.2.4-01, BCP-4.2.4-02, AZ-08, O21-3.2.3-06
  const as = await startServer()
  t.after(as.close)
  const { browser, page } = await question(as)
  const signIn = await as.browser().open(as.authorize().url)
  const pages = [page, signIn]
  for (const path of [
    '/',
    '/sign-in',
    '/sign-out',
    '/errors/HF-AUTHZ-0104',
    '/errors/none',
    '/nowhere',
    '/i/none',
    '/authorize',
  ])
    pages.push(await browser.open(as.issuer + path))
  pages.push(await browser.submit(await browser.open(`${as.issuer}/sign-out`), '/sign-out'))

  for (const each of pages) await assertPage(new Response(each.html, { status: each.status, headers: each.headers }))
})

test('[O21-7.9-02] the page says which app asks, who made it, for what, how long, and where one goes next', async (t) => {
  // req: O21-7.3-01, O21-2.4-07, O21-2.1-02
  const as = await startServer()
  t.after(as.close)
  const reviewed = await question(as)
  const unreviewed = await question(as, x)

  assert.match(reviewed.page.html, /Client One/)
  assert.match(reviewed.page.html, /See your orders/)
  assert.match(reviewed.page.html, /client\.example/)
  assert.match(reviewed.page.html, /alice/)
  assert.doesNotMatch(reviewed.page.html, /class="warning"/)
  assert.match(unreviewed.page.html, /class="warning"/)
})

test('[UI-09] nothing in a request names where to go after signing in or out', async (t) => {
  // req: BCP-2.1-02
  const as = await startServer()
  t.after(as.close)
  const targets = [
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    'https:evil.example',
    '\\\\evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    'https://evil.example',
  ]
  const names = [
    'return_to',
    'back',
    'next',
    'redirect',
    'redirect_uri',
    'continue',
    'url',
    'post_logout_redirect_uri',
    'lang',
  ]

  for (const target of targets) {
    const query = new URLSearchParams(names.map((name) => [name, target]))
    const browser: UserAgent = as.browser()
    const signIn = await browser.open(`${as.issuer}/sign-in?${query}`)
    const home = await browser.submit(signIn, '/sign-in', { ...alice, return_to: target, next: target })
    const question = await browser.open(`${as.issuer}/sign-out?${query}`)
    const end = await browser.submit(question, '/sign-out', { return_to: target })

    for (const each of [signIn, home, question, end]) {
      assert.equal(each.status, 200)
      assert.equal(each.leavesFor, undefined)
      assert.ok(!each.html.includes('evil'), each.url)
    }
  }
  for (const path of ['//evil.example/', '/\\evil.example', '//evil.example/..', '///evil.example']) {
    const response = await as.send(`${as.issuer}${path}`)
    assert.equal(response.headers.get('location'), null)
    assert.ok(response.status === 404 || response.status === 200, path)
  }
})
