import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import type { TestServer, TestServerOptions, Tokens } from '../../support/server.ts'
import { assertRefused, assertTokens, claimsOf, serverOf } from '../../support/token-oracles.ts'
import type { Fields } from '../../support/user-agent.ts'

/*
 * Section 4 of the requirements, each bound from both sides, by a clock that stands still.
 */

const minute = 60
const hour = 60 * minute
const day = 24 * hour

const { hufu_default_resource: _, ...unbound } = cast.c2
/** A confidential web app, an app in the page, and an app on the device, each with what it gets by default. */
const web = { ...unbound, client_id: 'web', hufu_default_resource: cast.r1, scope: 'orders.read' }
const page = { ...cast.p1, client_id: 'page', redirect_uris: ['https://spa.example/cb'] }
const native = { ...cast.p1, client_id: 'native', redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }

type Client = typeof web | typeof page

const advance = (as: TestServer, milliseconds: number) => as.clock.set((as.clock.now() + milliseconds) as never)

async function begin(t: TestContext, metadata: object, options: TestServerOptions = {}): Promise<TestServer> {
  const as = await serverOf(t, options)
  const saved = await as.server.saveClient(metadata)
  assert.ok(saved.ok, saved.ok ? '' : saved.error)

  return as
}

/** After everything has left the store whose time has passed. */
async function refresh(as: TestServer, client: Client, refresh_token: string | undefined): Promise<Response> {
  await as.store.prune(as.clock.now(), 1000)

  return as.token({ grant_type: 'refresh_token', refresh_token }, client)
}

/** That a refresh token lives until just before `length` seconds, and not at them. */
async function assertIdle(as: TestServer, client: Client, length: number): Promise<void> {
  const [before, at] = [await as.rt({}, client), await as.rt({}, client)]
  advance(as, length * 1000 - 1)
  await assertTokens(await refresh(as, client, before))
  advance(as, 1)
  const { error_description } = await assertRefused(await refresh(as, client, at), 400, 'invalid_grant')
  if (client === web) assert.match(error_description, /^HF-TOKEN-0210/)
}

/** That a chain which is used every `step` seconds ends `length` seconds after it began, and not before. */
async function assertAbsolute(as: TestServer, client: Client, length: number, step: number): Promise<void> {
  let token: string | undefined = await as.rt({}, client)
  const start = as.clock.now()
  while (as.clock.now() + step * 1000 < start + length * 1000) {
    advance(as, step * 1000)
    token = (await assertTokens(await refresh(as, client, token))).refresh_token
  }
  as.clock.set((start + length * 1000 - 1) as never)
  token = (await assertTokens(await refresh(as, client, token))).refresh_token
  advance(as, 1)
  await assertRefused(await refresh(as, client, token), 400, 'invalid_grant')
}

test('[O21-4.3.3-03] the refresh token of a confidential client ends after 90 days without use, and not while it is used', async (t) => {
  // req: BCP-4.14.2-03, RTE-6-01
  const as = await begin(t, web)

  await assertIdle(as, web, 90 * day)

  let token: string | undefined = await as.rt({}, web)
  for (let month = 0; month < 36; month++) {
    advance(as, 89 * day * 1000)
    token = (await assertTokens(await refresh(as, web, token))).refresh_token
  }
})

test('[O21-2.4-06] the refresh token of an app on the device ends after 30 days without use, and after 180 in any case', async (t) => {
  // req: O21-4.3.3-03, RT-11
  const as = await begin(t, native)

  await assertIdle(as, native, 30 * day)
  await assertAbsolute(as, native, 180 * day, 29 * day)
})

test('[BBA-6.3.2.3-01] the refresh token of an app in the page ends after 24 hours without use, and after 7 days in any case', async (t) => {
  // req: O21-2.4-06, RT-11
  const as = await begin(t, page, { sessionLifetime: 30 * day })

  await assertIdle(as, page, 24 * hour)
  await assertAbsolute(as, page, 7 * day, 23 * hour)
})

test('[BBA-6.3.2.3-01] the refresh token of an app in the page ends with the session in which it began', async (t) => {
  const as = await begin(t, page)
  const first = await as.rt({}, page)

  advance(as, 12 * hour * 1000 - 1)
  const { refresh_token } = await assertTokens(await refresh(as, page, first))
  advance(as, 1)
  // Its row is still there: nothing is pruned before.
  const refused = await as.token({ grant_type: 'refresh_token', refresh_token }, page)
  await assertRefused(refused, 400, 'invalid_grant', 'the session ran out')
})

test('[BBA-6.3.2.3-01] signing out ends the apps in the page, and no others', async (t) => {
  const as = await begin(t, page)
  const browser = as.browser()
  const inPage = await as.tokens({}, page, browser)
  const elsewhere = await as.tokens({}, cast.c1, browser)
  await browser.submit(await browser.open(`${as.issuer}/sign-out`), '/sign-out')

  await assertRefused(await refresh(as, page, inPage.refresh_token), 400, 'invalid_grant')
  await assertTokens(await as.token({ grant_type: 'refresh_token', refresh_token: elsewhere.refresh_token }))
})

test('[RT-10] a refresh token that never expires works after ten years, and ends by revocation', async (t) => {
  // req: R7, O21-4.3.3-03, RT-11
  const never = { ...web, hufu_refresh_token_lifetime: 'never' }
  const as = await begin(t, never)
  const first = await as.rt({}, web)
  advance(as, 3652 * day * 1000)
  const old = await assertTokens(await refresh(as, web, first))
  assert.equal(old.expires_in, 600)
  assert.equal((await as.introspect(old.refresh_token ?? '', web))['exp'], undefined)

  const revoked = await as.send('/revoke', {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'web', client_secret: web.client_secret, token: old.refresh_token ?? '' }),
  })

  assert.equal(revoked.status, 200)
  await assertRefused(await refresh(as, web, old.refresh_token), 400, 'invalid_grant')
  assert.deepEqual(await as.introspect(old.access_token), { active: false })
})

test('[RT-10] a refresh token that never expires ends with another password, and with the client', async (t) => {
  // req: R7
  const as = await begin(t, { ...web, hufu_refresh_token_lifetime: 'never' })
  const first = await as.rt({}, web)
  advance(as, 1000)
  assert.ok((await as.server.saveAccount({ ...cast.alice, password: 'hufucanary_another_password' })).ok)
  await assertRefused(await refresh(as, web, first), 400, 'invalid_grant')

  const other = await begin(t, { ...web, hufu_refresh_token_lifetime: 'never' })
  const token = await other.rt({}, web)
  await other.disable(web)
  await assertRefused(await refresh(other, web, token), 401, 'invalid_client')
})

test('[RT-10] an idle limit, where it is set, ends a refresh token that has no absolute one', async (t) => {
  const as = await begin(t, { ...web, hufu_refresh_token_lifetime: 'never', hufu_refresh_token_idle: 60 })

  await assertIdle(as, web, 60)
})

test('[RT-11] an absolute limit, where it is set, holds however often the token is used', async (t) => {
  const as = await begin(t, { ...web, hufu_refresh_token_lifetime: 7 * day, hufu_refresh_token_idle: 2 * day })

  await assertAbsolute(as, web, 7 * day, day)
})

test('[RT-11] a refresh token lives no longer because its last use was a retry', async (t) => {
  const as = await begin(t, { ...web, hufu_refresh_token_idle: 100, hufu_refresh_retry: 60 })
  const first = await as.rt({}, web)
  const second = await assertTokens(await refresh(as, web, first))
  advance(as, 59_999)
  const retried = await assertTokens(await refresh(as, web, first))
  assert.equal(retried.refresh_token, second.refresh_token)

  advance(as, 40_001)
  await assertRefused(await refresh(as, web, second.refresh_token), 400, 'invalid_grant')
})

test('[O21-7.1.3-03] a JWT lives 600 seconds, an opaque token 3600, unless the resource or the client says otherwise', async (t) => {
  // req: O21-3.2.3-02, L20-6750-5.3-01
  const lasting = async (as: TestServer, client: Client, changes: Fields, expected: number) => {
    const tokens = await as.tokens(changes, client)
    const api = claimsOrNothing(tokens.access_token) ? cast.api1 : cast.api2
    assert.equal(tokens.expires_in, expected)
    await as.store.prune(as.clock.now(), 1000)
    const said = await as.introspect(tokens.access_token, api)
    assert.equal(Number(said['exp']) - Number(said['iat']), expected)
    advance(as, expected * 1000 - 1)
    assert.equal((await as.introspect(tokens.access_token, api))['active'], true)
    advance(as, 1)
    assert.deepEqual(await as.introspect(tokens.access_token, api), { active: false })
  }
  const both = { ...web, scope: 'orders.read bills.read' }
  const as = await begin(t, both)
  await lasting(as, web, { scope: 'orders.read' }, 600)
  await lasting(as, web, { scope: 'bills.read', resource: cast.r2 }, 3600)

  const short = await begin(t, { ...both, hufu_access_token_lifetime: 60 })
  await lasting(short, web, { scope: 'orders.read' }, 60)
  await lasting(short, web, { scope: 'bills.read', resource: cast.r2 }, 60)

  const [orders, bills] = cast.resources
  const resources = [{ ...orders, accessTokenLifetime: 120 }, bills]
  await lasting(await begin(t, both, { resources }), web, { scope: 'orders.read' }, 120)
})

const claimsOrNothing = (token: string) => (token.startsWith('hat_') ? undefined : claimsOf(token))

test('[RTE-5-01] a token response tells how long the refresh token may lie and when all of it ends, and leaves out what never does', async (t) => {
  // req: R7
  const as = await begin(t, { ...web, hufu_refresh_token_lifetime: 100 * day, hufu_refresh_token_idle: 30 * day })
  const told = ({ refresh_token_timeout, authorization_expires_in }: Tokens) =>
    [refresh_token_timeout, authorization_expires_in].map((each) => each && each / day)
  const next = async (token: string | undefined) => assertTokens(await refresh(as, web, token))

  const first = await as.tokens({}, web)
  assert.deepEqual(told(first), [30, 100])
  advance(as, 20 * day * 1000)
  const second = await next(first.refresh_token)
  assert.deepEqual(told(second), [30, 80])
  advance(as, 5000)
  assert.deepEqual(
    [second, await next(first.refresh_token)].map((each) => each.refresh_token_timeout),
    [30 * day, 30 * day - 5],
    'a retry gets what is left of the same token',
  )
  advance(as, 29 * day * 1000)
  const third = await next(second.refresh_token)
  advance(as, 29 * day * 1000)
  assert.deepEqual(told(await next(third.refresh_token)), [22 - 5 / day, 22 - 5 / day])

  for (const [changes, expected] of [
    [{ hufu_refresh_token_lifetime: 'never' }, [undefined, undefined]],
    [{}, [90, undefined]],
    [{ hufu_refresh_token_lifetime: 10 * day }, [10, 10]],
  ] as const) {
    assert.ok((await as.server.saveClient({ ...web, ...changes })).ok)
    assert.deepEqual(told(await as.tokens({}, web)), expected)
  }
  const document = await (await as.get('/.well-known/oauth-authorization-server')).json()
  assert.deepEqual((document as Record<string, unknown>)['refresh_token_expiration_types_supported'], [
    'authorization',
    'token_timeout',
  ])
})

test('[RTE-5-01] without a refresh token nothing is told, and an app in the page is told of the end of its session', async (t) => {
  const as = await begin(t, page)
  const app = await as.tokens({}, page)
  const job = await assertTokens(await as.token({ grant_type: 'client_credentials' }, cast.m1))

  assert.deepEqual([app.refresh_token_timeout, app.authorization_expires_in], [12 * hour, 12 * hour])
  assert.deepEqual([job.refresh_token_timeout, job.authorization_expires_in], [undefined, undefined])
})

test('[RTE-4-01] no access token, JWT or opaque, outlives what the person allowed', async (t) => {
  // req: RTE-6-01
  const short = { ...web, scope: 'orders.read bills.read', hufu_refresh_token_lifetime: 900 }
  const as = await begin(t, short)
  for (const scope of ['orders.read', 'bills.read']) {
    const first = await as.tokens({ scope }, short)
    advance(as, 800_000)
    const last = await assertTokens(await refresh(as, short, first.refresh_token))

    assert.equal(first.expires_in, scope === 'orders.read' ? 600 : 900)
    assert.deepEqual([last.expires_in, last.authorization_expires_in], [100, 100])
    advance(as, 99_999)
    const api = scope === 'orders.read' ? cast.api1 : cast.api2
    assert.equal((await as.introspect(last.access_token, api))['active'], true)
    advance(as, 1)
    assert.deepEqual(await as.introspect(last.access_token, api), { active: false })
    await assertRefused(await refresh(as, short, last.refresh_token), 400, 'invalid_grant')
  }
})
