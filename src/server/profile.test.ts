import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withUpdate } from './profile.ts'

test('[OIDC-5.3-01] updated_at moves when something that apps are told has changed, and only then', () => {
  const known = { name: 'Mei', email: 'mei@example.com', profile: { locale: 'zh-CN', nickname: 'M' } }
  const first = withUpdate(known, undefined, 100)
  const before = { ...known, profile: first }

  assert.deepEqual(first, { locale: 'zh-CN', nickname: 'M', updated_at: 100 })
  assert.equal(withUpdate(known, before, 200).updated_at, 100)
  assert.equal(withUpdate({ ...known, profile: { nickname: 'M', locale: 'zh-CN' } }, before, 200).updated_at, 100)
  assert.equal(withUpdate({ ...known, name: 'Mei Lin' }, before, 200).updated_at, 200)
  assert.equal(withUpdate({ ...known, email: undefined }, before, 200).updated_at, 200)
  assert.equal(withUpdate({ name: 'Mei', email: 'mei@example.com' }, before, 200).updated_at, 200)
})
