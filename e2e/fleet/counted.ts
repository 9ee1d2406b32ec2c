import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fleetIssuer } from '../support/instances.ts'
import { anAddress, createBrowser, errorOf } from '../support/pair.ts'
import type { Door } from '../support/pair.ts'
import { deviceGrant } from '../support/fleet-clients.ts'
import { television } from './cast.ts'
import { atBoth } from './fleet.ts'
import type { Fleet } from './fleet.ts'

/** What is counted is counted for both together. */
export function describeCounted(where: string, fleet: () => Fleet): void {
  test(`[DV-04] a device that begins at the one is slowed down, allowed and given its tokens at the other (${where})`, async () => {
    // req: DEV-3.5-01
    const { first, second, browser } = fleet()
    const begun = (await (await first.post('/device_authorization', {}, television)).json()) as {
      readonly device_code: string
      readonly user_code: string
    }
    const poll = (door: Door) =>
      door.post('/token', { grant_type: deviceGrant, device_code: begun.device_code }, television)

    assert.equal(await errorOf(await poll(first)), '400 authorization_pending')
    assert.equal(await errorOf(await poll(second)), '400 slow_down')
    const entered = await browser.goTo(second).open(`${fleetIssuer}/device`)
    const asked = await browser.submit(entered, '/device', { user_code: begun.user_code })
    await browser.goTo(first).submit(asked, '/consent', { decision: 'allow' })
    assert.equal(await atBoth(fleet(), poll), 1)
  })

  test(`[UI-06] guesses of a password are counted for both together (${where})`, async () => {
    const { first, second } = fleet()
    const guesser = createBrowser(first)
    const guess = async (door: Door) => {
      const page = await guesser.goTo(door).open(`${fleetIssuer}/sign-in`)

      return (await guesser.submit(page, '/sign-in', { username: 'zhao.min', password: 'wrong' })).status
    }

    for (const door of [first, second, first, second, first]) assert.equal(await guess(door), 400)
    assert.deepEqual([await guess(second), await guess(first)], [429, 429])
  })

  test(`[CA-11] guesses of a client's secret are counted for both together (${where})`, async () => {
    const { first, second } = fleet()
    const from = { 'x-forwarded-for': anAddress() }
    const guessed = { ...television, client_secret: 'wrong' }
    const ask = async (door: Door, client: typeof guessed, headers: object) =>
      (await door.post('/device_authorization', {}, client, headers)).status

    for (let count = 0; count < 10; count += 1)
      for (const door of [first, second]) assert.equal(await ask(door, guessed, from), 401)
    for (const door of [first, second]) assert.equal(await ask(door, television, from), 429)
    assert.equal(await ask(first, television, { 'x-forwarded-for': anAddress() }), 200)
  })

  test(`[DV-02] guesses of a device's code are counted for both together (${where})`, async () => {
    const { first, second } = fleet()
    const guesser = createBrowser(first)
    const guess = async (door: Door) => {
      const page = await guesser.goTo(door).open(`${fleetIssuer}/device`)

      return (await guesser.submit(page, '/device', { user_code: 'BCDF-GHJK' })).status
    }

    for (const door of [first, second, first, second, first]) assert.equal(await guess(door), 400)
    assert.deepEqual([await guess(second), await guess(first)], [429, 429])
  })
}
