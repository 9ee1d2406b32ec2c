import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { TokenPlan } from '../protocol/plan.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { aClient, aCode, anEvent, aResource, aSettings, createClock, seededRandom } from '../testing/index.ts'
import { issueTokens } from './issue-tokens.ts'

test('[O21-4.1.3-03] a signature that fails leaves the code unused: it is redeemed when signing works again', async () => {
  const store = openSqlite({ file: ':memory:' })
  const code = aCode()
  await store.issueCode(code, undefined, undefined, anEvent(), code.issuedAt)
  let broken = true
  const signer = { sign: async () => (broken ? Promise.reject(new Error('no key')) : 'a.b.c') }
  const ports = {
    store,
    signer,
    now: createClock().now,
    random: seededRandom(1),
    settings: aSettings(),
    keys: {
      refreshTokens: new Uint8Array(32),
      forms: new Uint8Array(32),
      userCodes: new Uint8Array(32),
      proofNonces: new Uint8Array(32),
    },
  } as unknown as Ports
  const client = aClient({ id: code.clientId })
  const plan: TokenPlan = {
    from: { kind: 'code', code },
    clientId: client.id,
    subject: code.subject,
    scope: code.scope,
    resource: aResource(),
    lifetime: seconds(600),
    authenticatedAt: code.authenticatedAt,
    refreshable: true,
  }
  const issue = () =>
    issueTokens(plan, client, 'authorization_code', ports, { address: undefined, requestId: undefined })

  await assert.rejects(issue(), /no key/)
  assert.equal((await store.findCode(code.id))?.redeemedAt, undefined)

  broken = false
  assert.equal((await issue()).kind, 'issued')
  assert.notEqual((await store.findCode(code.id))?.redeemedAt, undefined)
})
