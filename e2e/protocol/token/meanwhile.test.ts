import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { anEvent } from 'hufu/testing'
import * as cast from '../../support/fixtures.ts'
import { responseOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, serverOf } from '../../support/token-oracles.ts'

/*
 * What somebody else changes while a request is being answered: between its reading and its writing. The request may
 * still succeed, as if it had come before; what it leaves behind must not outlive the change.
 */

type Store = TestServer['store']

/** A server, and a switch: the next call of this method is followed by `change`, before its caller goes on. */
async function serverWithMeanwhile(t: TestContext, method: keyof Store) {
  let change: (() => Promise<void>) | undefined
  const as = await serverOf(t, {
    wrapStore: (store) => ({
      ...store,
      [method]: async (...given: readonly unknown[]) => {
        const found: unknown = await (store[method] as (...all: readonly unknown[]) => Promise<unknown>)(...given)
        const due = change
        change = undefined
        await due?.()

        return found
      },
    }),
  })

  return { as, meanwhile: (next: () => Promise<void>) => (change = next) }
}

/** As another process does it, a second later. */
async function changePassword(as: TestServer): Promise<void> {
  as.later(1)
  const account = await as.store.findAccountByUsername(cast.alice.username)
  await as.store.saveAccount({ ...account!, validAfter: as.clock.now() }, cast.alice.username, anEvent())
  as.later(1)
}

test('[CD-09] a password that is changed while a code is redeemed ends what the redemption makes', async (t) => {
  const { as, meanwhile } = await serverWithMeanwhile(t, 'findAccountOf')
  const code = await as.code()
  meanwhile(() => changePassword(as))

  const tokens = (await (await as.redeem(code)).json()) as { access_token: string; refresh_token: string }

  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  await assertRefused(await as.token(refresh), 400, 'invalid_grant')
  assert.deepEqual(await as.introspect(tokens.access_token), { active: false })
})

test('[CD-09] a password that is changed while a code is issued ends the code', async (t) => {
  const { as, meanwhile } = await serverWithMeanwhile(t, 'findConsent')
  const browser = await as.signedIn()
  await as.code({}, cast.c1, browser)
  const request = as.authorize()
  meanwhile(() => changePassword(as))

  const code = responseOf(await browser.open(request.url)).get('code')

  assert.ok(code)
  await assertRefused(await as.redeem({ ...request, code }), 400, 'invalid_grant')
})

test('[CD-09] a sign-in with the old password gives no session, if the password is changed before it has begun', async (t) => {
  const { as, meanwhile } = await serverWithMeanwhile(t, 'countAttempt')
  meanwhile(() => changePassword(as))

  const browser = await as.signedIn()

  const page = await browser.open(as.authorize({ prompt: 'none' }).url)
  assert.equal(responseOf(page).get('error'), 'login_required')
})
