import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFor, errorOf, redeem, refresh, tokensOf } from '../support/pair.ts'
import type { Door } from '../support/pair.ts'
import { isActive } from './fleet.ts'
import type { Fleet } from './fleet.ts'

/** What a process takes with it when it ends, and what it brings when it begins. */
export function describeRestarts(where: string, fleet: () => Fleet): void {
  test(`[RT-04] a refresh whose answer was lost with the process that made it has the same successor at the other (${where})`, async () => {
    // req: RT-06, CD-10
    const { pair, first, second, browser } = fleet()
    const given = await tokensOf(await redeem(first, await codeFor(browser.goTo(second))))
    const lost = await tokensOf(await refresh(first, given.refresh_token))
    await pair.kill('first')

    const again = await tokensOf(await refresh(second, given.refresh_token))
    await pair.restart('first')
    const third = await tokensOf(await refresh(first, given.refresh_token))

    assert.equal(again.refresh_token, lost.refresh_token)
    assert.equal(third.refresh_token, lost.refresh_token)
    assert.notEqual((await tokensOf(await refresh(first, lost.refresh_token))).refresh_token, lost.refresh_token)
    assert.equal(await errorOf(await refresh(second, given.refresh_token)), '400 invalid_grant')
    assert.equal(await isActive(first, again.access_token), false)
  })

  test(`[OIDC-10.1.1-01] what signs with another algorithm from its start on signs nothing that the other does not publish (${where})`, async () => {
    const { pair, first, second, browser } = fleet()
    const header = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { alg: string; kid: string }
    const published = async (door: Door) =>
      ((await (await door.send('/.well-known/jwks.json')).json()) as { keys: { kid: string }[] }).keys.map(
        ({ kid }) => kid,
      )
    assert.deepEqual(new Set(await published(first)), new Set(await published(second)))

    await pair.restart('first', { signingAlgorithm: 'EdDSA' })
    const atOther = await published(second)
    const { access_token } = await tokensOf(await redeem(first, await codeFor(browser.goTo(second))))

    assert.equal(header(access_token).alg, 'EdDSA')
    assert.ok(atOther.includes(header(access_token).kid))
    assert.equal(await isActive(second, access_token), true)
  })
}
