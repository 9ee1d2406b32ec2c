import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, instant, seconds } from '../base/time.ts'
import { hashSecret } from '../protocol/credential.ts'
import { aClient, morning } from '../testing/index.ts'
import { isSecretOf } from './client-secret.ts'

const end = addSeconds(morning, seconds(3600))
const secretOf = (text: string, expiresAt?: typeof end) => ({
  hash: hashSecret(text),
  createdAt: morning,
  expiresAt,
})

test('[CA-13] while two secrets overlap both are right; the old one ends on its instant', () => {
  const client = aClient({ secrets: [secretOf('old', end), secretOf('new')] })

  assert.equal(isSecretOf(client, 'old', instant(end - 1)), true)
  assert.equal(isSecretOf(client, 'old', end), false)
  assert.equal(isSecretOf(client, 'new', end), true)
})

test('[CA-04] a client without a secret has none that is right, and a hash is no secret', () => {
  const bare = aClient({ secrets: [] })
  const client = aClient({ secrets: [secretOf('right')] })

  for (const guess of ['', 'undefined', hashSecret('')]) assert.equal(isSecretOf(bare, guess, morning), false)
  for (const guess of ['', 'Right', 'right ', hashSecret('right')])
    assert.equal(isSecretOf(client, guess, morning), false)
  assert.equal(isSecretOf(client, 'right', morning), true)
})
