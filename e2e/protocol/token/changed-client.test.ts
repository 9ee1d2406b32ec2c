import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, serverOf } from '../../support/token-oracles.ts'

/* What an operator takes away from an app is gone for what the app was given before, too. */

const refresh = (as: TestServer, refresh_token: string | undefined, scope?: string) =>
  as.token({ grant_type: 'refresh_token', refresh_token, scope })

async function change(as: TestServer, changes: object): Promise<void> {
  assert.ok((await as.server.saveClient({ ...cast.c1, ...changes })).ok)
}

test('[CD-09] a scope that is taken away from an app between code and redemption is in no token', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()
  await change(as, { scope: 'orders.read' })

  const tokens = await assertTokens(await as.redeem(code))

  assert.equal(tokens.scope, 'orders.read')
})

test('[CD-09] a code for nothing that the app may still have is refused', async (t) => {
  const as = await serverOf(t)
  const code = await as.code({ scope: 'orders.read' })
  await change(as, { scope: 'bills.read' })

  await assertRefused(await as.redeem(code), 400, 'invalid_grant')
})

test('[RT-08] a scope that is taken away from an app is in nothing it refreshes, and comes back with it', async (t) => {
  const as = await serverOf(t)
  const first = await as.tokens()
  await change(as, { scope: 'orders.read' })

  const second = await assertTokens(await refresh(as, first.refresh_token))
  assert.equal(second.scope, 'orders.read')
  await assertRefused(await refresh(as, second.refresh_token, 'orders.write'), 400, 'invalid_scope')
  await change(as, {})
  const third = await assertTokens(await refresh(as, second.refresh_token))
  assert.equal(third.scope, 'orders.read orders.write')
})

test('[RT-08] where an app may have nothing any more of what was granted, its refresh token gives nothing', async (t) => {
  const as = await serverOf(t)
  const { refresh_token } = await as.tokens()
  await change(as, { scope: 'bills.read' })

  await assertRefused(await refresh(as, refresh_token), 400, 'invalid_grant')
})
