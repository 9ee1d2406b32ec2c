import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSqlite } from '../store/sqlite/index.ts'
import { createWaitForChanges } from './wait-for-changes.ts'

test('[HT-05] whoever waits for a change is answered when the server stops', async (context) => {
  const store = openSqlite({ file: ':memory:' })
  context.after(() => store.close())
  const ending = new AbortController()
  const { last } = await store.listChanges(0, 1)

  const waiting = createWaitForChanges(store).wait(last, 10, 600, ending.signal)
  ending.abort()

  assert.deepEqual((await waiting).changes, [])
})
