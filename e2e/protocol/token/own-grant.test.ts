import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Subject } from 'hufu'
import { createGuard } from 'hufu/guard'
import { createClock } from 'hufu/testing'
import { createReceiptGrant, receiptGrantType } from '../../../examples/own-grant/receipt-grant.ts'
import type { Receipt } from '../../../examples/own-grant/receipt-grant.ts'
import * as cast from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import { claimsOf } from '../../support/token-oracles.ts'

/*
 * A company's own grant, written with the public names alone: a till shows the number printed on a receipt.
 */

const till = { ...cast.m1, client_id: 'till', scope: 'orders.read' }

const number = '4711'

test('[O21-4.4-01] a grant of one’s own takes sixty lines at most, and the public names alone', () => {
  const source = readFileSync(new URL('../../../examples/own-grant/receipt-grant.ts', import.meta.url), 'utf8')
  const from = Array.from(source.matchAll(/ from '(.*?)'/g), ([, name]) => name)

  assert.ok(source.trimEnd().split('\n').length <= 60)
  assert.deepEqual(new Set(from), new Set(['hufu']))
})

test('[O21-4.4-01] a grant of one’s own is chosen by an absolute URI, and answers in the same forms as ours', async (t) => {
  const as = await begin(t)
  const ask = (form: Record<string, string>) => as.token({ grant_type: receiptGrantType, ...form }, till)

  const issued = await ask({ receipt: number })
  const tokens = (await issued.json()) as Record<string, unknown>
  const refused = await ask({ receipt: '4712' })
  const refusal = (await refused.json()) as Record<string, unknown>
  const metadata = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as {
    grant_types_supported: string[]
  }

  assert.equal(issued.status, 200)
  assert.equal(issued.headers.get('cache-control'), 'no-store')
  assert.deepEqual(
    { ...tokens, access_token: '' },
    { access_token: '', token_type: 'Bearer', expires_in: 600, scope: 'orders.read' },
  )
  assert.deepEqual([refused.status, refusal['error']], [400, 'invalid_grant'])
  assert.match(String(refusal['error_description']), /^HF-TOKEN-0279 /)
  assert.ok(metadata.grant_types_supported.includes(receiptGrantType))

  const guard = createGuard({
    resource: cast.r1,
    issuer: as.issuer,
    now: as.clock.now,
    fetch: async (url, init) => as.server.fetch(new Request(url as string, init)),
  })
  const header = (name: string) => (name === 'authorization' ? `Bearer ${String(tokens['access_token'])}` : undefined)
  assert.equal((await guard.admit({ method: 'GET', url: '/', header }, { scope: ['orders.read'] })).ok, true)
})

test('[O21-4.4-01] what is given by a grant of one’s own ends with its reason and with the account it is for', async (t) => {
  const as = await begin(t)
  const ask = () => as.token({ grant_type: receiptGrantType, receipt: number }, till)
  const { access_token: token } = (await (await ask()).json()) as { access_token: string }

  as.later(59)
  assert.equal((await ask()).status, 200)
  as.later(1)
  assert.equal((await ask()).status, 400)
  assert.equal((await as.introspect(token))['active'], true)
  await as.server.saveAccount({ ...cast.alice, password: 'hufucanary_other_password_of_alice' })
  assert.equal((await as.introspect(token))['active'], false)
})

test('[O21-4.4-01] a grant of one’s own whose type is no absolute URI is refused at the start', async () => {
  const nothing = createReceiptGrant(async () => undefined)

  await assert.rejects(
    startServer({ grants: [{ ...nothing, type: 'receipt' }] }),
    /grants: receipt is not an absolute URI/,
  )
  await assert.rejects(startServer({ grants: [{ ...nothing, type: 'refresh_token' }] }), /not an absolute URI/)
})

test('[O21-4.4-01] the grant is for who is registered for it, and is unknown where it was not added', async (t) => {
  const as = await begin(t)
  const plain = await startServer()
  t.after(plain.close)
  const form = { grant_type: receiptGrantType, receipt: number }

  const stranger = await as.token(form, cast.m1)
  const unknown = await plain.token(form, cast.m1)

  assert.deepEqual([stranger.status, await errorOf(stranger)], [400, 'unauthorized_client'])
  assert.deepEqual([unknown.status, await errorOf(unknown)], [400, 'unsupported_grant_type'])
})

async function begin(t: TestContext) {
  const clock = createClock()
  const receipts = new Map<string, Receipt>()
  const as = await startServer({ clock: clock.now, grants: [createReceiptGrant(async (each) => receipts.get(each))] })
  t.after(as.close)
  const customer = claimsOf(await as.at())['sub'] as Subject
  receipts.set(number, { customer, expiresAt: clock.now() + 60_000 })
  const saved = await as.server.saveClient({ ...till, grant_types: [receiptGrantType] })
  assert.ok(saved.ok, saved.ok ? '' : saved.error)

  return { ...as, clock, later: (seconds: number) => clock.advance(seconds as Parameters<typeof clock.advance>[0]) }
}

const errorOf = async (answer: Response) => ((await answer.json()) as { error: string }).error
