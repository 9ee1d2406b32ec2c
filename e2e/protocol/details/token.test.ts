import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, asking, authorizationDetailTypes, payment } from '../../support/details.ts'
import * as cast from '../../support/fixtures.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, claimsOf, serverOf } from '../../support/token-oracles.ts'
import type { Fields } from '../../support/user-agent.ts'

const options = { authorizationDetailTypes }
const job = { type: 'job', name: 'report' }

const refresh = (as: TestServer, refresh_token: string | undefined, changes: Fields = {}) =>
  as.token({ grant_type: 'refresh_token', refresh_token, ...changes })

const refused = async (answer: Promise<Response>) => assertRefused(await answer, 400, 'invalid_authorization_details')

test('[RAR-7-01] what was allowed in detail is in the answer, in a JWT and at introspection, and a refresh keeps it', async (t) => {
  // req: RAR-9-01
  const as = await serverOf(t, options)
  const first = await as.tokens({ scope: undefined, ...asking(account) })
  const second = await assertTokens(await refresh(as, first.refresh_token))
  const opaque = await as.tokens({ scope: undefined, ...asking(payment) })

  for (const tokens of [first, second]) {
    assert.deepEqual(tokens.authorization_details, [account])
    assert.equal(tokens.scope, undefined)
    assert.deepEqual(claimsOf(tokens.access_token)['authorization_details'], [account])
    assert.deepEqual((await as.introspect(tokens.access_token))['authorization_details'], [account])
  }
  assert.deepEqual(opaque.authorization_details, [payment])
  assert.deepEqual((await as.introspect(opaque.access_token, cast.api2))['authorization_details'], [payment])
  assert.deepEqual(await as.introspect(opaque.access_token, cast.api1), { active: false })
})

test('[RAR-2-01] a single act that is allowed once is not renewed: no refresh token, unless something lasting is asked for too', async (t) => {
  const as = await serverOf(t, options)

  assert.equal((await as.tokens({ scope: undefined, ...asking(payment) })).refresh_token, undefined)
  assert.notEqual((await as.tokens({ scope: undefined, ...asking(payment, account) })).refresh_token, undefined)
  assert.notEqual((await as.tokens({ scope: 'orders.read', ...asking(payment) })).refresh_token, undefined)
  assert.notEqual((await as.tokens({ scope: 'offline_access', ...asking(payment) })).refresh_token, undefined)
})

test('[RAR-9-01] a token holds the details of its own API and of no other', async (t) => {
  const as = await serverOf(t, options)
  const code = await as.code({ scope: 'orders.read', ...asking(account, payment) })
  const first = await assertTokens(await as.redeem(code))
  const other = await assertTokens(await refresh(as, first.refresh_token, { resource: cast.r2 }))
  const back = await assertTokens(await refresh(as, other.refresh_token, { resource: cast.r1 }))

  for (const tokens of [first, back]) {
    assert.equal(claimsOf(tokens.access_token)['aud'], cast.r1)
    assert.deepEqual([tokens.scope, tokens.authorization_details], ['orders.read', [account]])
  }
  assert.deepEqual([other.scope, other.authorization_details], [undefined, [payment]])
  const told = await as.introspect(other.access_token, cast.api2)
  assert.deepEqual([told['aud'], told['authorization_details']], [cast.r2, [payment]])
})

test('[RAR-6-01] a token request may ask for less, compared field by field, and the next one for all again', async (t) => {
  const as = await serverOf(t, options)
  let last = await as.tokens({ scope: undefined, ...asking(account) })
  const narrowed = async (detail: object) => {
    last = await assertTokens(await refresh(as, last.refresh_token, asking(detail)))

    return last.authorization_details
  }

  for (const less of [
    { ...account, days: 1 },
    { ...account, what: ['history'] },
    { ...account, what: ['history', 'balance'] },
  ])
    assert.deepEqual(await narrowed(less), [less])
  assert.deepEqual((await assertTokens(await refresh(as, last.refresh_token))).authorization_details, [account])

  const paying = await as.code({ scope: undefined, ...asking(payment) })
  const smaller = { ...payment, amount: '49.9', purposes: ['Delivery'] }
  assert.deepEqual((await assertTokens(await as.redeem(paying, asking(smaller)))).authorization_details, [smaller])
})

test('[RAR-6-01] a token request that asks for more is refused, and spoils neither code nor refresh token', async (t) => {
  const as = await serverOf(t, options)
  const first = await as.tokens({ scope: undefined, ...asking(account) })
  const { days: _, ...boundless } = account
  for (const more of [
    [{ ...account, days: 31 }],
    [boundless],
    [{ ...account, joint: true }],
    [{ ...account, kind: 'giro' }],
    [payment],
    [account, account],
    [
      { ...account, days: 1 },
      { ...account, days: 1 },
    ],
  ])
    await refused(refresh(as, first.refresh_token, asking(...more)))
  await refused(refresh(as, first.refresh_token, { authorization_details: 'x' }))
  await refused(refresh(as, first.refresh_token, asking({ ...account, more: 1 })))
  await assertTokens(await refresh(as, first.refresh_token))

  const code = await as.code({ scope: undefined, ...asking(payment) })
  for (const more of [{ amount: '49.91' }, { currency: 'USD' }, { payee: 'Mallory' }, { purposes: ['Order 18'] }])
    await refused(as.redeem(code, asking({ ...payment, ...more })))
  await refused(as.redeem(code, asking(payment, payment)))
  await refused(as.redeem(await as.code({ scope: 'orders.read' }), asking(account)))
  await assertTokens(await as.redeem(code))
})

test('[RAR-6-01] two that were allowed may be used together, whichever is named first', async (t) => {
  const as = await serverOf(t, options)
  const small = { ...payment, amount: '10' }
  const wish = { scope: undefined, ...asking(payment, small) }

  for (const pair of [
    [payment, small],
    [small, payment],
    [
      { ...payment, amount: '5' },
      { ...payment, amount: '20' },
    ],
  ])
    assert.deepEqual(
      (await assertTokens(await as.redeem(await as.code(wish), asking(...pair)))).authorization_details,
      pair,
    )
  await refused(as.redeem(await as.code(wish), asking(payment, payment)))
})

test('[RAR-5-01] a client asks for itself only for what is marked so', async (t) => {
  const as = await serverOf(t, options)
  const own = (changes: Fields) => as.token({ grant_type: 'client_credentials', ...changes }, cast.m1)

  const tokens = await assertTokens(await own(asking(job)))
  assert.deepEqual([tokens.scope, tokens.authorization_details], [undefined, [job]])
  assert.deepEqual(claimsOf(tokens.access_token)['authorization_details'], [job])
  const both = await assertTokens(await own({ scope: 'jobs.run', ...asking(job) }))
  assert.deepEqual([both.scope, both.authorization_details], ['jobs.run', [job]])
  for (const detail of [account, payment]) await refused(own(asking(detail)))
  await refused(own(asking(job, account)))
})

test('[RAR-10-01] a type that is taken from a client is in no token any more, and where nothing is left there is none', async (t) => {
  const as = await serverOf(t, options)
  const both = await as.tokens({ scope: 'orders.read', ...asking(account) })
  const alone = await as.tokens({ scope: undefined, ...asking(account) })
  assert.ok((await as.server.saveClient({ ...cast.c1, authorization_details_types: ['payment'] })).ok)

  const left = await assertTokens(await refresh(as, both.refresh_token))
  assert.deepEqual([left.scope, left.authorization_details], ['orders.read', undefined])
  await assertRefused(await refresh(as, alone.refresh_token), 400, 'invalid_grant')
})
