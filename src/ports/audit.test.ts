import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import { morning, seededRandom } from '../testing/index.ts'
import { auditEvent } from './audit.ts'

test('[LG-04] events of one millisecond stand in the order in which they happened, and before those of the next', () => {
  let now = morning
  const ports = { now: () => now, random: seededRandom('audit') }
  const describe = () => auditEvent(ports, { address: undefined, requestId: undefined }, 'sign_in', 'done').id
  const ids = Array.from({ length: 1000 }, describe)
  now = instant(morning + 1)
  ids.push(describe())

  assert.deepEqual(ids, ids.toSorted())
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
})
