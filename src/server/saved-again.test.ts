import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, seconds } from '../base/time.ts'
import type { Client, ClientSecret } from '../protocol/client.ts'
import { aClient, aHash, morning } from '../testing/index.ts'
import { saveAgain } from './saved-again.ts'
import type { SaveClientOptions } from './saved-again.ts'

const noon = addSeconds(morning, seconds(18_000))
const old: ClientSecret = { hash: aHash(), createdAt: morning, expiresAt: undefined }
const given: ClientSecret = { hash: aHash(), createdAt: noon, expiresAt: undefined }
const again = { ...given, hash: old.hash }
const publicClient = aClient({ type: 'public', authMethod: 'none', secrets: [] })

test('a client that is saved again has its new metadata, and is as old and as disabled as before', () => {
  const before = aClient({ disabledAt: addSeconds(morning, seconds(1)) })

  const saved = save(before, aClient({ name: 'Renamed', createdAt: noon }))

  assert.equal(saved.name, 'Renamed')
  assert.equal(saved.createdAt, morning)
  assert.equal(saved.disabledAt, before.disabledAt)
})

test('[CA-13] the same secret leaves all of them as they are, and another one takes the place of all', () => {
  const overlapping = [old, { ...given, hash: aHash(), expiresAt: addSeconds(noon, seconds(60)) }]
  const before = aClient({ secrets: overlapping })

  assert.deepEqual(save(before, aClient({ secrets: [again] })).secrets, overlapping)
  assert.deepEqual(save(before, aClient({ secrets: [given] })).secrets, [given])
})

test('a secret is made for who has none that lives, and for nobody else', () => {
  const made = aClient({ secrets: [given] })
  const withLiving = saveAgain(aClient({ secrets: [old] }), { client: made, madeSecret: 'hcs_made' }, noon)
  const withEnded = saveAgain(
    aClient({ secrets: [{ ...old, expiresAt: noon }] }),
    { client: made, madeSecret: 'hcs_made' },
    noon,
  )

  assert.deepEqual(withLiving.ok && [withLiving.value.client.secrets, withLiving.value.madeSecret], [[old], undefined])
  assert.deepEqual(withEnded.ok && [withEnded.value.client.secrets, withEnded.value.madeSecret], [[given], 'hcs_made'])
})

test('[CA-13] a secret that was replaced does not come back with an old seed, from the second it ends', () => {
  const replaced = (expiresAt: ClientSecret['expiresAt']) => aClient({ secrets: [given, { ...old, expiresAt }] })
  const seed = { client: aClient({ secrets: [again] }), madeSecret: undefined }

  assert.equal(saveAgain(replaced(addSeconds(noon, seconds(1))), seed, noon).ok, true)
  assert.deepEqual(saveAgain(replaced(noon), seed, noon), {
    ok: false,
    error: 'client_secret: has been replaced and has ended',
  })
})

test('[O21-2.1-03] a client becomes public or confidential only where that is asked for, and then its credentials end', () => {
  const confidential = aClient({ secrets: [old] })

  for (const [before, after] of [
    [confidential, publicClient],
    [publicClient, confidential],
  ] as const) {
    const refused = saveAgain(before, { client: after, madeSecret: undefined }, noon)
    assert.match(refused.ok ? '' : refused.error, /^token_endpoint_auth_method: .*changeType/)
  }
  assert.deepEqual(save(confidential, publicClient, { changeType: true }).secrets, [])
  assert.deepEqual(save(publicClient, aClient({ secrets: [given] }), { changeType: true }).secrets, [given])
  // Nothing is changed by the leave to change.
  assert.deepEqual(save(confidential, aClient({ secrets: [again] }), { changeType: true }).secrets, [old])
})

function save(before: Client, client: Client, options?: SaveClientOptions): Client {
  const saved = saveAgain(before, { client, madeSecret: undefined }, noon, options)
  assert.ok(saved.ok, saved.ok ? '' : saved.error)

  return saved.value.client
}
