import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReplayMemory } from './replay-memory.ts'

const start = 1_800_000_000_000
const end = start + 70_000

test('[DPOP-11.1-01] a key is new once, until it has ended', () => {
  // req: DP-01
  const memory = createReplayMemory()

  assert.equal(memory.useOnce('a', end, start), true)
  assert.equal(memory.useOnce('a', end, start), false)
  assert.equal(memory.useOnce('a', end, end - 1), false)
  assert.equal(memory.useOnce('a', end + 9000, end - 1), false, 'also with another end')
  assert.equal(memory.useOnce('b', end, start), true)
})

test('[DP-08] a million proofs in ten minutes leave no more in the memory than can come again', () => {
  const memory = createReplayMemory()
  let largest = 0

  for (let at = 0; at < 1_000_000; at++) {
    const now = start + Math.floor(at * 0.6)
    assert.equal(memory.useOnce(`proof ${at}`, now + 70_000, now), true)
    largest = Math.max(largest, memory.size)
  }

  assert.ok(largest < 130_000, String(largest))
  assert.equal(memory.useOnce('last', start + 800_000, start + 700_000), true)
  assert.equal(memory.size, 1)
})

test('[DP-08] a memory full of proofs that could come again lets in none that it could not remember', () => {
  const memory = createReplayMemory(2)
  void memory.useOnce('a', end, start)
  void memory.useOnce('b', end, start)

  assert.throws(() => memory.useOnce('c', end, start), /too many DPoP proofs/)
  assert.equal(memory.useOnce('a', end, start), false, 'and forgets none')
  assert.equal(memory.useOnce('c', end + 80_000, end + 5000), true, 'until they have ended')
})
