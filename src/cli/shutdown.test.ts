import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closeInTurn } from './shutdown.ts'

test('what was opened last is closed first, and what hangs or fails holds nothing else up and is named', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const closed: string[] = []
  const step = (name: string, end: () => Promise<void> = async () => {}) => ({
    name,
    limit: 100,
    close: async () => {
      closed.push(name)
      await end()
    },
  })
  const steps = [
    step('store'),
    step('hangs', () => new Promise(() => {})),
    step('fails', () => Promise.reject(new Error('no'))),
    step('listener'),
  ]

  const closing = closeInTurn(steps)
  while (closed.length < 3) await Promise.resolve()
  context.mock.timers.tick(100)

  assert.deepEqual(await closing, ['fails', 'hangs'])
  assert.deepEqual(closed, ['listener', 'fails', 'hangs', 'store'])
})
