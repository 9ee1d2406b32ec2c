import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aProof, aProofKey, proofClaims } from 'hufu/testing'
import { fleetIssuer, person, racer } from '../support/instances.ts'
import { authorizeUrl, codeFor, codeOf, errorOf, redeem, refresh, tokensOf } from '../support/pair.ts'
import type { Door } from '../support/pair.ts'
import { jwtBearerGrant } from '../support/trusted-issuer.ts'
import type { Fields } from '../support/user-agent.ts'
import { idp, machine, portal, signing } from './cast.ts'
import { atBoth, isActive } from './fleet.ts'
import type { Fleet } from './fleet.ts'

const key = aProofKey()

/** What is good once is so at one of them. */
export function describeOnce(where: string, fleet: () => Fleet): void {
  test(`[CA-06] an assertion of a client is good once, at the one or at the other (${where})`, async () => {
    const { first, second } = fleet()
    const ask = (door: Door, proof: Fields) =>
      door.send('/token', { method: 'POST', body: new URLSearchParams({ ...machine, ...proof } as never) })
    const proof = signing.prove()

    assert.equal((await ask(first, proof)).status, 200)
    assert.equal(await errorOf(await ask(second, proof)), '401 invalid_client')
    const other = signing.prove()
    assert.equal(await atBoth(fleet(), (door) => ask(door, other)), 1)
  })

  test(`[GR-06] an assertion of a trusted issuer is good once, at the one or at the other (${where})`, async () => {
    const { first, second } = fleet()
    const ask = (door: Door, assertion: string) =>
      door.post('/token', { grant_type: jwtBearerGrant, assertion, scope: 'orders.read' }, portal)
    const say = () => idp.say({ aud: fleetIssuer, sub: person.username })
    const assertion = say()

    await tokensOf(await ask(first, assertion))
    assert.equal(await errorOf(await ask(second, assertion)), '400 invalid_grant')
    const other = say()
    assert.equal(await atBoth(fleet(), (door) => ask(door, other)), 1)
  })

  test(`[DP-01] a proof of a key is good once, and its nonce at the one that did not give it (${where})`, async () => {
    // req: DP-07, DPOP-8-01
    const { first, second } = fleet()
    const ask = (door: Door, dpop: string) =>
      door.send('/token', {
        method: 'POST',
        body: new URLSearchParams({ ...machine, ...signing.prove() }),
        headers: { dpop },
      })
    const proof = (nonce?: string) =>
      aProof(key, proofClaims(Math.floor(Date.now() / 1000), { htu: `${fleetIssuer}/token`, ...(nonce && { nonce }) }))
    const without = await ask(first, proof())
    const nonce = without.headers.get('dpop-nonce') ?? ''
    assert.equal(await errorOf(without), '400 use_dpop_nonce')

    const shown = proof(nonce)
    assert.equal((await tokensOf(await ask(second, shown))).token_type, 'DPoP')
    assert.equal(await errorOf(await ask(first, shown)), '400 invalid_dpop_proof')
    const other = proof(nonce)
    assert.equal(await atBoth(fleet(), (door) => ask(door, other)), 1)
  })

  test(`[CD-01] a code of the one is redeemed at the other, and used again at the first ends what it gave (${where})`, async () => {
    // req: IN-05
    const { first, second, browser } = fleet()
    const code = await codeFor(browser)
    const given = await tokensOf(await redeem(second, code))
    assert.equal(await isActive(first, given.access_token), true)

    assert.equal(await errorOf(await redeem(first, code)), '400 invalid_grant')
    assert.equal(await isActive(second, given.access_token), false)
    assert.equal(await errorOf(await refresh(second, given.refresh_token)), '400 invalid_grant')
  })

  test(`[RQ-01] what was pushed to the one is asked for at the other, once (${where})`, async () => {
    // req: PAR-4-02
    const { first, second, browser } = fleet()
    const { parameters, verifier } = authorizeUrl(racer)
    const pushed = await first.post('/par', Object.fromEntries(parameters))
    const { request_uri } = (await pushed.json()) as { readonly request_uri: string }
    const url = `${fleetIssuer}/authorize?${new URLSearchParams({ client_id: racer.client_id, request_uri })}`

    const page = await browser.goTo(second).open(url)
    const again = await browser.goTo(first).open(url)

    assert.equal(again.leavesFor, undefined)
    assert.equal(again.status, 400)
    await tokensOf(await redeem(first, { code: codeOf(page), verifier }))
  })
}
