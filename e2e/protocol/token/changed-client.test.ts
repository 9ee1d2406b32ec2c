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

const day = 86_400
const never = { hufu_refresh_token_lifetime: 'never' }
const bounded = { hufu_refresh_token_lifetime: 30 * day, hufu_refresh_token_idle: 2 * day }

test('[R7] a refresh token that never expired ends by the lifetimes its app is given later, unused as it is', async (t) => {
  // req: RT-10, O21-4.3.3-03
  const as = await serverOf(t)
  await change(as, never)
  const [unused, inUse] = [await as.tokens(), await as.tokens()]
  await change(as, bounded)

  as.later(2 * day - 1)
  const next = await assertTokens(await refresh(as, inUse.refresh_token))
  as.later(1)
  await assertRefused(await refresh(as, unused.refresh_token), 400, 'invalid_grant')
  await assertTokens(await refresh(as, next.refresh_token))
})

test('[RT-11] an absolute end that its app is given later counts from the consent, however often the token is used', async (t) => {
  // req: R7
  const as = await serverOf(t)
  await change(as, never)
  let { refresh_token } = await as.tokens()
  await change(as, bounded)

  for (let days = 1; days < 30; days++) {
    as.later(day)
    refresh_token = (await assertTokens(await refresh(as, refresh_token))).refresh_token!
  }
  as.later(day - 1)
  refresh_token = (await assertTokens(await refresh(as, refresh_token))).refresh_token!
  as.later(1)
  await assertRefused(await refresh(as, refresh_token), 400, 'invalid_grant')
})

test('[RT-11] longer lifetimes move no end that was set at consent', async (t) => {
  const as = await serverOf(t)
  await change(as, { ...bounded, hufu_refresh_token_idle: 30 * day })
  const { refresh_token } = await as.tokens()
  await change(as, never)

  as.later(29 * day)
  const next = await assertTokens(await refresh(as, refresh_token))
  as.later(day)
  await assertRefused(await refresh(as, next.refresh_token), 400, 'invalid_grant')
})

test('[INT-2.2-02] introspection tells an app the end that its refresh token has by today', async (t) => {
  const as = await serverOf(t)
  await change(as, never)
  const { refresh_token = '' } = await as.tokens()
  const made = Math.floor(as.clock.now() / 1000)
  assert.equal((await as.introspect(refresh_token, cast.c1))['exp'], undefined)
  await change(as, bounded)

  assert.equal((await as.introspect(refresh_token, cast.c1))['exp'], made + 2 * day)
  as.later(2 * day)
  assert.deepEqual(await as.introspect(refresh_token, cast.c1), { active: false })
})
