import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { account, asking, authorizationDetailTypes, payment } from '../../support/details.ts'
import * as cast from '../../support/fixtures.ts'
import { assertNoEffect, assertReturned } from '../../support/oracles.ts'
import { push } from '../../support/push.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, serverOf } from '../../support/token-oracles.ts'
import type { Fields } from '../../support/user-agent.ts'

let as: TestServer
before(async () => void (as = await startServer({ authorizationDetailTypes })))
after(() => as.close())

/** That both ways in refuse it. */
async function refused(changes: Fields, why = ''): Promise<void> {
  const wish = { scope: undefined, ...changes }
  const request = as.authorize(wish)
  as.writes.length = 0
  assertReturned(await as.get(request.url), as, 'invalid_authorization_details', request, request.state)
  await assertRefused(await push(as, wish), 400, 'invalid_authorization_details', why)
  assertNoEffect(as)
}

const refusedDetail = (...details: readonly object[]) => refused(asking(...details), JSON.stringify(details))

test('[RAR-2-01] authorization_details is a JSON array of objects with a type, read strictly', async () => {
  // req: RQ-02, JW-14
  const right = JSON.stringify([payment])
  const malformed = [
    'x',
    '{}',
    JSON.stringify(payment),
    '[]',
    '[1]',
    '[null]',
    '["payment"]',
    '[{}]',
    '[{"type":1}]',
    '[[{"type":"payment"}]]',
    right.slice(0, -1),
    `${right} x`,
    right.replace('"amount"', '"amount":"1.00","amount"'),
    right.replace('"type"', '"type":"job","type"'),
    right.replace('49.90', String.raw`\ud800`),
    `${'['.repeat(40)}${']'.repeat(40)}`,
    JSON.stringify(Array.from({ length: 11 }, () => account)),
  ]

  for (const authorization_details of malformed) await refused({ authorization_details }, authorization_details)
  const twice = as.authorize({ authorization_details: [right, right] })
  assertReturned(await as.get(twice.url), as, 'invalid_request', twice, twice.state)
})

test('[RAR-5-01] an unknown type, an unknown, missing or wrong field, and a value beyond its bounds are refused', async () => {
  const { payee: _, ...withoutPayee } = payment
  await refusedDetail({ type: 'unheard_of' })
  await refusedDetail({ type: 'Payment' })
  await refusedDetail({ type: '__proto__' })
  await refusedDetail(withoutPayee)
  await refusedDetail({ ...payment, more: 'x' })
  await refusedDetail({ ...payment, locations: [cast.r2] })
  for (const amount of [
    49.9,
    '',
    '-1',
    '+1',
    '1,00',
    '01',
    '.5',
    '1.',
    '1e3',
    '1.00000',
    '9'.repeat(16),
    'NaN',
    null,
    ['1'],
  ])
    await refusedDetail({ ...payment, amount })
  for (const currency of ['eur', 'EURO', 'EU', '€', 978, '']) await refusedDetail({ ...payment, currency })
  for (const purposes of [[], ['a', 'a'], ['a', 'b', 'c', 'd'], 'a', [1], [''], [null]])
    await refusedDetail({ ...payment, purposes })
  for (const days of [0, 91, 1.5, '30', true]) await refusedDetail({ ...account, days })
  for (const joint of ['true', 1]) await refusedDetail({ ...account, joint })
  for (const kind of ['Giro', 'toString', '']) await refusedDetail({ ...account, kind })
  for (const what of [['balance', 'secrets'], ['constructor']]) await refusedDetail({ ...account, what })
  // One bad one spoils the good ones.
  await refusedDetail(payment, { ...payment, amount: 1 })
})

test('[RAR-12-01] texts that could deceive whoever reads them are refused, markup is only text', async () => {
  // req: RG-03
  const deceiving = [
    'a\u0000b',
    'a\nb',
    'Lumen\u202Etd Ltd',
    'Lu\u200Bmen',
    '\u2066x',
    '\u001B[2J',
    '   ',
    'x'.repeat(71),
    `x${'\u0301'.repeat(6)}`,
    '\uFEFFx',
  ]
  for (const payee of deceiving) await refusedDetail({ ...payment, payee })

  const markup = `<b onload="x">&amp;'"</b>`
  const browser = await as.signedIn()
  const page = await browser.open(as.authorize({ scope: undefined, ...asking({ ...payment, payee: markup }) }).url)
  assert.ok(page.html.includes('&lt;b onload=&quot;x&quot;&gt;&amp;amp;'), page.html)
  assert.ok(!page.html.includes('<b onload'))
})

test('[RAR-10-01] discovery names the types there are, and a client asks for those of its registration only', async (t) => {
  const document = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>
  assert.deepEqual(document['authorization_details_types_supported'], ['payment', 'account', 'job'])
  const none = await serverOf(t)
  const plain = (await (await none.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>
  assert.equal(plain['authorization_details_types_supported'], undefined)
  const request = none.authorize(asking(payment))
  assertReturned(await none.get(request.url), none, 'invalid_authorization_details', request, request.state)

  const own = await serverOf(t, { authorizationDetailTypes })
  const limited = { ...cast.c1, authorization_details_types: ['account'] }
  assert.ok((await own.server.saveClient(limited)).ok)
  assert.equal((await push(own, asking(account))).status, 201)
  await assertRefused(await push(own, asking(payment)), 400, 'invalid_authorization_details')
  const wrong = await own.server.saveClient({ ...limited, authorization_details_types: ['account', 'unheard_of'] })
  assert.match(wrong.ok ? '' : wrong.error, /^authorization_details_types: a type is not known here/)
})

test('[RAR-5-01] a type is for one API: with the resource of another it is refused', async () => {
  await refused({ ...asking(payment), resource: cast.r1 })
  assert.equal((await push(as, { ...asking(payment), scope: undefined, resource: cast.r2 })).status, 201)
})
