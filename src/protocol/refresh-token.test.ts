import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aHash, anAuthorization, aRefreshChain } from '../testing/index.ts'
import { parseCredential } from './credential.ts'
import { isGenuine, refreshTokenOf } from './refresh-token.ts'

const key = new Uint8Array(32).fill(1)
const otherKey = new Uint8Array(32).fill(2)

test('[RT-04] the same row and the same key make the same token again, so that none has to be kept', () => {
  // req: R6
  const { id, refresh = aRefreshChain() } = anAuthorization()

  assert.equal(refreshTokenOf(id, refresh, key), refreshTokenOf(id, { ...refresh }, Uint8Array.from(key)))
})

test('[O21-4.3-04] it takes both halves: another key, nonce, generation or authorization makes another token', () => {
  // req: LG-02, O21-4.3-01
  const { id, refresh = aRefreshChain() } = anAuthorization()
  const tokens = [
    refreshTokenOf(id, refresh, key),
    refreshTokenOf(id, refresh, otherKey),
    refreshTokenOf(id, { ...refresh, nonce: aHash() }, key),
    refreshTokenOf(id, { ...refresh, generation: 2 }, key),
    refreshTokenOf(anAuthorization().id, refresh, key),
  ]

  const secrets = tokens.map((each) => Buffer.from(parseCredential('refresh_token', each)!.secret).toString('hex'))
  assert.equal(new Set(secrets).size, tokens.length)
})

test('[O21-4.3.1-06] every token of a chain is known as genuine, however old, and none that was not made here', () => {
  // req: O21-4.3.1-05
  const authorization = anAuthorization()
  const { refresh = aRefreshChain() } = authorization
  const made = (generation: number, by = key) =>
    parseCredential('refresh_token', refreshTokenOf(authorization.id, { ...refresh, generation }, by))!

  for (const generation of [1, 2, 1000, 0xffff_ffff])
    assert.equal(isGenuine(made(generation), authorization, key), true)
  assert.equal(isGenuine(made(1, otherKey), authorization, key), false)
  assert.equal(isGenuine({ ...made(1), generation: 2 }, authorization, key), false)
  assert.equal(isGenuine(made(1), { ...authorization, refresh: { ...refresh, nonce: aHash() } }, key), false)
  assert.equal(isGenuine(made(1), { ...authorization, refresh: undefined }, key), false)
})
