import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, begun, d1, d2, decide, poll } from '../support/device.ts'
import { exchange, orders } from '../support/exchange.ts'
import * as cast from '../support/fixtures.ts'
import type { TestClient } from '../support/fixtures.ts'
import { addClient, o1 } from '../support/openid.ts'
import { push } from '../support/push.ts'
import { webApp } from '../support/registration.ts'
import type { Registration } from '../support/registration.ts'
import { proofOf, startServer } from '../support/server.ts'
import { auditOf } from '../support/token-oracles.ts'
import { toForm } from '../support/user-agent.ts'

test('[LG-04] whatever is asked of the server, what was decided is one event each, and nothing else is written', async (t) => {
  const as = await startServer({ features: { deviceGrant: true, tokenExchange: true, registration: 'token' } })
  t.after(() => as.close())
  let seen = new Set((await auditOf(as)).map(({ id }) => id))

  /** The events since the last look, by type and outcome, in no order: the clock stands still. */
  async function leaves(what: string, ...expected: readonly string[]): Promise<void> {
    const events = await auditOf(as)
    const fresh = events.filter(({ id }) => !seen.has(id)).map(({ type, outcome }) => `${type} ${outcome}`)
    seen = new Set(events.map(({ id }) => id))

    assert.deepEqual(fresh.toSorted(order), [...expected].toSorted(order), what)
  }

  const rule = { ...orders, hufu_token_exchange: [{ from: ['c1'], to: cast.r1 }] }
  for (const metadata of [d1, d2, o1, rule]) await addClient(as, metadata)
  await leaves('clients of the operator', ...Array<string>(4).fill('client_saved done'))
  await as.server.saveAccount(cast.alice)
  await leaves('an account', 'account_saved done')

  const browser = as.browser()
  const page = await browser.open(`${as.issuer}/sign-in`)
  await leaves('a page')
  await browser.submit(page, '/sign-in', { username: 'alice', password: 'wrong' })
  await leaves('a wrong password', 'sign_in refused')
  await browser.submit(page, '/sign-in', { username: cast.alice.username, password: cast.alice.password })
  await leaves('the right one', 'sign_in done')

  await as.walk(browser, as.authorize().url, { decision: 'deny' })
  await leaves('no consent', 'consent refused')
  const code = await as.code({}, cast.c1, browser)
  await leaves('consent', 'consent done')
  const other = await as.code({}, cast.c1, browser)
  await leaves('consent of before', 'code_issued done')
  await as.get(new URL(as.authorize({ scope: 'no.such.scope' }).url).href.slice(as.issuer.length))
  await leaves('a scope that there is not', 'authorize_refused refused')
  await push(as, { scope: 'no.such.scope' })
  await leaves('the same, pushed', 'authorize_refused refused')

  const { access_token, refresh_token } = (await (await as.redeem(code)).json()) as Record<string, string>
  await leaves('a code', 'token_issued done')
  const next = (await (await as.token({ grant_type: 'refresh_token', refresh_token })).json()) as Record<string, string>
  await leaves('a refresh', 'token_issued done')
  await as.token({ grant_type: 'refresh_token', refresh_token })
  await leaves('its answer was lost', 'refresh_retried done')
  await exchange(as, access_token!, rule, { resource: cast.r1 })
  await leaves('an exchange', 'token_issued done')
  await as.introspect(access_token!)
  await leaves('a question')
  const revoke = (token: string, client: TestClient = cast.c1) => {
    const proof = proofOf(client)

    return as.send('/revoke', { method: 'POST', body: toForm({ ...proof.form, token }), headers: proof.headers })
  }
  await revoke(next['access_token']!, cast.c2)
  await leaves('the token of another', 'revocation_refused refused')
  await revoke(next['access_token']!)
  await leaves('one token', 'token_revoked done')
  await revoke(next['refresh_token']!)
  await leaves('all of them', 'authorization_revoked done')
  await as.token({ grant_type: 'refresh_token', refresh_token: next['refresh_token'] })
  await leaves('a dead one', 'token_refused refused')
  await as.token({}, { ...cast.c1, client_secret: 'wrong' })
  await leaves('a wrong secret', 'client_refused refused')
  await as.redeem(other)
  await leaves('another code', 'token_issued done')
  await as.redeem(other)
  await leaves('once more', 'authorization_revoked done')
  await as.token({ grant_type: 'client_credentials' }, cast.m1)
  await leaves('a job', 'token_issued done')

  await begin(as, { scope: 'no.such.scope' })
  await leaves('a device that asks too much', 'device_refused refused')
  const device = await begun(as)
  await leaves('a device', 'device_code_issued done')
  await poll(as, device)
  await leaves('it asks too early')
  await decide(as, device)
  await leaves('a person decides for it', 'sign_in done', 'user_code_entered done', 'consent done')
  await poll(as, device)
  await leaves('it asks again', 'token_issued done')

  const initial = await as.server.createRegistrationToken({ uses: 2 })
  await leaves('an initial access token', 'registration_token_made done')
  const register = (token: string, metadata: object = webApp) =>
    as.send('/register', {
      method: 'POST',
      body: JSON.stringify(metadata),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    })
  await register('hia_none')
  await leaves('without it', 'registration_refused refused')
  const own = (await (await register(initial.ok ? initial.value.token : '')).json()) as Registration
  await leaves('a registration', 'client_registered done')
  const manage = (method: string, body?: object) =>
    as.send(own.registration_client_uri.slice(as.issuer.length), {
      method,
      headers: { authorization: `Bearer ${own.registration_access_token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  await manage('PUT', { ...webApp, client_id: own.client_id, client_name: 'Another Name' })
  await leaves('a change', 'client_changed done')
  await manage('PUT', { client_id: 'another' })
  await leaves('a change that may not be', 'registration_refused refused')

  await browser.submit(await browser.open(`${as.issuer}/sign-out`), '/sign-out')
  await leaves('a person who leaves', 'sign_out done')
})

const order = (one: string, other: string) => (one < other ? -1 : Number(one > other))
