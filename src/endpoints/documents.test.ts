import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest } from '../http/message.ts'
import { createDocumentEndpoint } from './documents.ts'

const ask = (known?: string) =>
  ({ header: (name: string) => (name === 'if-none-match' ? known : undefined) }) as HttpRequest

test('a document is made once and sent again as it is, until another takes its place', async () => {
  let current = { keys: ['one'] }
  const endpoint = createDocumentEndpoint(() => current, 600)

  const first = await endpoint(ask())
  const again = await endpoint(ask())
  current = { keys: ['two'] }
  const after = await endpoint(ask())

  assert.equal(first.body, '{"keys":["one"]}')
  assert.equal(again, first)
  assert.equal(after.body, '{"keys":["two"]}')
  assert.notEqual(after.headers['etag'], first.headers['etag'])
})

test('who has the document as it is now is told so without it, and who has an older one gets it', async () => {
  let current = { keys: ['one'] }
  const endpoint = createDocumentEndpoint(() => current, 600)
  const tag = String((await endpoint(ask())).headers['etag'])

  const unchanged = await Promise.all([tag, `W/${tag}`, `"other", ${tag}`, '*'].map((known) => endpoint(ask(known))))
  current = { keys: ['two'] }
  const changed = await endpoint(ask(tag))

  assert.deepEqual(
    unchanged.map(({ status, body }) => [status, body]),
    Array.from({ length: 4 }, () => [304, '']),
  )
  assert.equal(unchanged[0]?.headers['etag'], tag)
  assert.equal(changed.status, 200)
})
