import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fleetIssuer, person, racer } from '../support/instances.ts'
import { authorizeUrl, codeFor, codeOf, createBrowser, errorOf, redeem } from '../support/pair.ts'
import { refresh, signedIn, tokensOf } from '../support/pair.ts'
import type { Door } from '../support/pair.ts'
import { has } from '../support/server.ts'
import { openApp } from '../support/fleet-clients.ts'
import { newcomer, portal, shop } from './cast.ts'
import { isActive, register } from './fleet.ts'
import type { Fleet } from './fleet.ts'

/** What begins at the one goes on, or is over, at the other. */
export function describeCarried(where: string, fleet: () => Fleet): void {
  test(`[UI-13] a request that waits at the one is signed in for, allowed and answered at the other, once (${where})`, async () => {
    const { first, second } = fleet()
    const visitor = createBrowser(first)
    const { url, verifier } = authorizeUrl(shop)
    const signIn = await visitor.open(url)
    const { username, password } = person
    const consent = await visitor.goTo(second).submit(signIn, '/sign-in', { username, password })
    assert.ok(has(consent, '/consent'), consent.html)

    const answered = await visitor.goTo(first).submit(consent, '/consent', { decision: 'allow' })
    const again = await visitor.goTo(second).submit(consent, '/consent', { decision: 'allow' })

    assert.equal(again.leavesFor?.includes('code='), undefined)
    await tokensOf(await redeem(second, { code: codeOf(answered), verifier }, shop))
    // What was agreed to at the one is not asked again at the other.
    assert.ok((await visitor.open(authorizeUrl(shop).url)).leavesFor?.includes('code='))
  })

  test(`[OUT-BC-2.1-01] whoever signs out at the one is signed out at the other, and each app is told exactly once (${where})`, async () => {
    // req: CD-09
    const { told, first, second } = fleet()
    const app = openApp(told.uri)
    const visitors = await Promise.all([signedIn(first), signedIn(second)])
    const codes = await Promise.all(visitors.map((each) => codeFor(each, app)))
    const given = await Promise.all(codes.map(async (code) => tokensOf(await redeem(second, code, app))))

    for (const [at, visitor] of visitors.entries()) {
      const page = await visitor.goTo(second).open(`${fleetIssuer}/sign-out`)
      await visitor.goTo(first).submit(page, '/sign-out')
      assert.ok(has(await visitor.goTo(second).open(authorizeUrl(app).url), '/sign-in'))
      assert.equal(await errorOf(await refresh(second, given[at]!.refresh_token, app)), '400 invalid_grant')
    }
    await told.until(2)
    // Both look for what nobody has told yet.
    for (const door of [first, second]) {
      const passerBy = await signedIn(door)
      await passerBy.submit(await passerBy.open(`${fleetIssuer}/sign-out`), '/sign-out')
    }
    assert.equal(new Set(told.sids()).size, 2)
    assert.equal(told.sids().length, 2)
  })

  test(`[RT-13] a new password ends at both what the old one began (${where})`, async () => {
    // req: CD-09, RT-10
    const { pair, first, second } = fleet()
    const changing = { username: 'zhang.san', password: 'a-first-password-of-some-length', name: 'Zhang San' }
    assert.ok((await pair.operator.saveAccount(changing)).ok)
    const visitor = await signedIn(first, changing)
    const [used, pending] = [await codeFor(visitor), await codeFor(visitor)]
    const given = await tokensOf(await redeem(first, used))

    assert.ok((await pair.operator.saveAccount({ ...changing, password: 'another-password-of-length' })).ok)

    for (const door of [first, second]) {
      assert.ok(has(await visitor.goTo(door).open(authorizeUrl(racer).url), '/sign-in'))
      assert.equal(await isActive(door, given.access_token), false)
      assert.equal(await errorOf(await refresh(door, given.refresh_token)), '400 invalid_grant')
      assert.equal(await errorOf(await redeem(door, pending)), '400 invalid_grant')
    }
  })

  test(`[RG-11] who registered at the one changes and ends the registration at the other (${where})`, async () => {
    const { first, second } = fleet()
    const made = (await (await register(first)).json()) as {
      readonly client_id: string
      readonly registration_client_uri: string
      readonly registration_access_token: string
    }
    const own = (door: Door, method: string) =>
      door.send(new URL(made.registration_client_uri).pathname, {
        method,
        headers: { authorization: `Bearer ${made.registration_access_token}` },
      })
    const begin = async (door: Door) =>
      (await createBrowser(door).open(authorizeUrl({ ...newcomer, client_id: made.client_id }).url)).status

    assert.equal((await own(second, 'GET')).status, 200)
    assert.deepEqual([await begin(first), await begin(second)], [200, 200])
    assert.equal((await own(second, 'DELETE')).status, 204)
    assert.deepEqual([await begin(first), await begin(second)], [400, 400])
    assert.equal((await own(first, 'GET')).status, 401)
  })

  test(`[IN-04] what is revoked at the one is dead at the other as soon as that is answered (${where})`, async () => {
    // req: RT-15
    const { first, second, browser } = fleet()
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const given = await tokensOf(await redeem(one, await codeFor(browser)))
      assert.equal(await isActive(other, given.access_token), true)
      assert.equal((await one.post('/revoke', { token: given.refresh_token })).status, 200)
      assert.equal(await isActive(other, given.access_token), false)
      assert.equal(await errorOf(await refresh(other, given.refresh_token)), '400 invalid_grant')
    }
  })

  test(`[CA-13] a new secret holds at both at once, the old one at neither, and a cut-off ends at both what was given before (${where})`, async () => {
    // req: RT-07, IN-05
    const { pair, first, second, browser } = fleet()
    const before = await tokensOf(await redeem(first, await codeFor(browser, portal), portal))
    const [old, fresh] = [portal, { ...portal, client_secret: 'another-secret-of-the-portal-of-forty-chars' }]
    const status = async (door: Door, client: typeof portal) =>
      (await door.post('/introspect', { token: 'x' }, client)).status
    for (const door of [first, second]) assert.equal(await status(door, old), 200)

    assert.ok((await pair.operator.saveClient(fresh)).ok)
    for (const door of [first, second])
      assert.deepEqual([await status(door, fresh as typeof portal), await status(door, old)], [200, 401])

    const cutOff = new Date(Date.now() + 1000).toISOString().replace(/\.\d+/, '')
    assert.ok((await pair.operator.saveClient({ ...fresh, hufu_valid_after: cutOff })).ok)
    for (const door of [first, second])
      assert.equal(await errorOf(await refresh(door, before.refresh_token, fresh)), '400 invalid_grant')
  })
}
