import assert from 'node:assert/strict'
import type { RingClient } from './ring.ts'
import { getCode, isActive, post, redeem, refresh, tokensOf } from './ring.ts'
import type { Code, Ring } from './ring.ts'
import { deviceGrant, television } from '../support/fleet-clients.ts'

/** What the server told somebody: it must still be so, whatever happened to the server since. */
export interface Ledger {
  readonly accessTokens: string[]
  /** The newest of each chain. */
  readonly refreshTokens: string[]
  readonly usedCodes: Code[]
  readonly revoked: { readonly access: string; readonly refresh: string }[]
  /** Clients that somebody allowed, and is not asked about again. */
  readonly consents: RingClient[]
  readonly registrations: { readonly uri: string; readonly token: string }[]
  /** Devices that somebody connected, and that have not asked yet. */
  readonly connected: string[]
  readonly usedDevices: string[]
  /** Sessions that have ended, by their `sid` at the app that is told, and what was given in them. */
  readonly signedOut: {
    readonly sid: string
    readonly access: string
    readonly refresh: string
    readonly cookie: string
  }[]
}

export const emptyLedger = (): Ledger => ({
  accessTokens: [],
  refreshTokens: [],
  usedCodes: [],
  revoked: [],
  consents: [],
  registrations: [],
  connected: [],
  usedDevices: [],
  signedOut: [],
})

/** Looks at everything, all at once. @returns how many things were looked at */
export async function checkLedger(ledger: Ledger, ring: Ring, cookie: string): Promise<number> {
  let turn = 0
  const each = <Thing>(things: readonly Thing[], look: (thing: Thing, at: number) => Promise<void>) =>
    Promise.all(things.map((thing) => look(thing, turn++)))
  const isRefused = async (answer: Promise<{ readonly status: number }>, why: string) =>
    assert.equal((await answer).status, 400, why)

  await each(ledger.accessTokens, async (token, at) =>
    assert.equal(await isActive(ring, at, token), true, 'an acknowledged access token is gone'),
  )
  await each(ledger.refreshTokens, async (token, at) =>
    assert.equal((await refresh(ring, at, token)).status, 200, 'an acknowledged refresh token is gone'),
  )
  await each(ledger.usedCodes, (code, at) => isRefused(redeem(ring, at, code), 'a code was redeemed twice'))
  await each(ledger.revoked, async (tokens, at) => {
    assert.equal(await isActive(ring, at, tokens.access), false, 'a revoked access token came back')
    await isRefused(refresh(ring, at, tokens.refresh), 'a revoked refresh token came back')
  })
  await each(ledger.consents, async (client, at) => void (await getCode(ring, at, cookie, client)))
  await each(ledger.registrations, async ({ uri, token }, at) => {
    const path = new URL(uri).pathname
    const { status } = await ring.send(at, { method: 'GET', path, headers: { authorization: `Bearer ${token}` } })
    assert.equal(status, 200, 'an acknowledged registration is gone')
  })
  const poll = (code: string, at: number) =>
    post(ring, at, '/token', { grant_type: deviceGrant, device_code: code }, television)
  await each(ledger.connected, async (code, at) => {
    const answer = await poll(code, at)
    assert.equal(answer.status, 200, `a device that somebody connected gets nothing: ${answer.text}`)
    assert.equal(await isActive(ring, at, tokensOf(answer).access_token), true)
    await isRefused(poll(code, at + 1), 'a device code was redeemed twice')
  })
  await each(ledger.usedDevices, (code, at) => isRefused(poll(code, at), 'a device code was redeemed twice'))
  await each(ledger.signedOut, async (session, at) => {
    assert.equal(await isActive(ring, at, session.access), false, 'what was given in a session outlives it')
    const headers = { cookie: session.cookie }
    const home = await ring.send(at, { method: 'GET', path: '/sign-out', headers })
    assert.ok(!home.text.includes('li.wei'), 'a session that has ended is back')
  })

  return Object.values(ledger).reduce((sum, things: readonly unknown[]) => sum + things.length, 0)
}
