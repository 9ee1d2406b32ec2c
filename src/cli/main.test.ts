import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'

test('a command whose reader has had enough ends without a word', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hufu.js'), 'errors', 'list'])
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stdout.destroy()

  const [exit] = (await once(child, 'close')) as [number | null]

  assert.deepEqual([exit, said], [0, ''])
})
