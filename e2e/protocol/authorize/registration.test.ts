import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { c1, p1 } from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'

let as: TestServer
before(async () => {
  as = await startServer()
})
after(() => as.close())

const isSaved = async (changes: object, base: object = c1) =>
  (await as.server.saveClient({ ...base, client_id: 'new', ...changes })).ok

test('[O21-8.1-01] an app on a device or in a page is public: it is given no secret, and one it brings counts for nothing', async () => {
  // req: O21-8.1.1-01, BBA-6.3-02, O21-2.4-01, O21-2.1-03
  assert.equal(await isSaved({ application_type: 'native' }), false)
  assert.equal(await isSaved({ hufu_kind: 'browser' }), false)
  assert.equal(await isSaved({ hufu_kind: 'native', token_endpoint_auth_method: 'client_secret_post' }), false)
  assert.equal(await isSaved({ client_secret: 'hufucanary_in_the_page' }, p1), false)
  const saved = await as.server.saveClient({ ...p1, client_id: 'new' })
  assert.equal(saved.ok && saved.value.client.type, 'public')
  assert.equal(saved.ok && saved.value.madeSecret, undefined)
})

test('[O21-7.4-01] the id of a client is never one that an account could have', async () => {
  // req: BCP-2.6-02, O21-2.2-02, D10, GR-02
  const account = await as.server.saveAccount({ username: 'bob', password: 'hufucanary_password', name: 'Bob' })
  assert.ok(account.ok)

  assert.equal(await isSaved({ client_id: account.value.subject }), false)
  assert.equal(await isSaved({ client_id: '0'.repeat(32) }), false)
  const made = await as.server.saveClient({ ...c1, client_id: undefined })
  assert.match(made.ok ? made.value.client.id : '', /^app_/)
})

test('[BCP-2.6-03] an address that is not https is registered for this machine only', async () => {
  // req: O21-2-01, O21-2.3-01, O21-2.3.1-01
  for (const uri of [
    'http://app.example/cb',
    'https://app.example/*',
    'https://app.example/cb#f',
    '/cb',
    'javascript:alert(1)',
    'myapp:/cb',
  ])
    assert.equal(await isSaved({ redirect_uris: [uri] }), false, uri)
  assert.equal(await isSaved({ redirect_uris: ['http://127.0.0.1/cb'] }, p1), true)
  assert.equal(await isSaved({ redirect_uris: [] }), false)
})
