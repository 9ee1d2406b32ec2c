import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, asking, authorizationDetailTypes, payment } from '../../support/details.ts'
import * as cast from '../../support/fixtures.ts'
import { has, responseOf } from '../../support/server.ts'
import { auditOf, serverOf } from '../../support/token-oracles.ts'

const once = { scope: undefined, ...asking(payment) }
const lasting = { scope: undefined, ...asking(account) }
const options = { authorizationDetailTypes }

/** What a person reads, without markup. */
const textOf = (html: string) =>
  html
    .slice(html.indexOf('<main'), html.indexOf('<details'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')

test('[RAR-3.1-01] the consent page shows scopes and details together, every field of them, the money first', async (t) => {
  // req: FAPI-5.3.2.2-13
  const as = await serverOf(t, options)
  const browser = await as.signedIn()
  const both = { ...account, joint: true, kind: 'giro' }
  const page = await browser.open(as.authorize({ scope: 'orders.read', ...asking(both, payment) }).url)
  const text = textOf(page.html)

  const parts = [
    'Once, and only this',
    'Pay once',
    '49.90 EUR',
    'From the account you shop with.',
    'To Müller & Söhne 王',
    'For Order 17 Delivery',
    'In detail',
    'See an account',
    'What Balance History',
    'Days 30',
    'Joint account Yes',
    'Kind Current account',
    'See your orders',
  ]
  const places = parts.map((each) => text.indexOf(each))
  assert.ok(
    places.every((at) => at >= 0),
    `${parts[places.indexOf(-1)]} of ${text}`,
  )
  assert.deepEqual(
    places,
    places.toSorted((left, right) => left - right),
  )

  const chinese = await browser.open(`${page.url}?lang=zh-CN`)
  for (const each of ['仅此一次', '付款一次', '收款方', '具体内容', '是'])
    assert.ok(textOf(chinese.html).includes(each), each)
})

test('[RAR-3.1-01] a single act is asked about every time, even of the operator’s own app, and never without a page', async (t) => {
  const as = await serverOf(t, options)
  assert.ok((await as.server.saveClient({ ...cast.c1, hufu_first_party: true })).ok)
  const browser = await as.signedIn()

  for (let time = 0; time < 2; time++) {
    const page = await browser.open(as.authorize(once).url)
    assert.ok(has(page, '/consent'), `time ${time}`)
    assert.ok(responseOf(await browser.submit(page, '/consent', { decision: 'allow' })).get('code'))
  }
  const silent = await browser.open(as.authorize({ ...once, prompt: 'none' }).url)
  assert.equal(responseOf(silent).get('error'), 'consent_required')
  const events = (await auditOf(as)).filter((each) => each.type === 'consent')
  assert.deepEqual(
    events.map((each) => [each.outcome, each.reason]),
    [
      ['done', 'in detail: payment'],
      ['done', 'in detail: payment'],
    ],
  )
})

test('[RAR-3.1-01] what lasts is asked about once, as long as it is the same to the letter', async (t) => {
  const as = await serverOf(t, options)
  const browser = await as.signedIn()
  const isAsked = async (changes: object) => has(await browser.open(as.authorize(changes as never).url), '/consent')

  assert.equal(await isAsked(lasting), true)
  await as.walk(browser, as.authorize(lasting).url)
  assert.equal(await isAsked(lasting), false)
  assert.equal(await isAsked({ scope: undefined, ...asking({ ...account, days: 31 }) }), true)
  assert.equal(await isAsked({ scope: undefined, ...asking({ ...account, days: 29 }) }), true)
  assert.equal(await isAsked({ scope: undefined, ...asking(account, payment) }), true)
  await as.walk(browser, as.authorize({ scope: undefined, ...asking(account, payment) }).url)
  assert.equal(await isAsked(lasting), false)
  assert.equal(await isAsked(once), true)
})

test('[RAR-3.1-01] a refusal gives nothing, and leaving all choices out still allows what is asked for in detail', async (t) => {
  const as = await serverOf(t, options)
  const refused = await as.walk(as.browser(), as.authorize(once).url, { decision: 'deny' })
  const unticked = await as.walk(as.browser(), as.authorize({ scope: 'orders.write', ...asking(account) }).url)

  assert.equal(responseOf(refused).get('error'), 'access_denied')
  assert.ok(responseOf(unticked).get('code'))
})

test('[RAR-5-01] a type that is taken from the client while the person reads ends the request', async (t) => {
  const as = await serverOf(t, options)
  const browser = await as.signedIn()
  const page = await browser.open(as.authorize(once).url)
  assert.ok((await as.server.saveClient({ ...cast.c1, authorization_details_types: ['account'] })).ok)

  const late = await browser.submit(page, '/consent', { decision: 'allow' })

  assert.equal(late.status, 400)
  assert.equal(late.leavesFor, undefined)
})
