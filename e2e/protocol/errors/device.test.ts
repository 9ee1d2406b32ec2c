import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asking, authorizationDetailTypes } from '../../support/details.ts'
import { begin, begun, d1, d2 } from '../../support/device.ts'
import { assertLine, assertPostOnly } from '../../support/error-lines.ts'
import type { ErrorLine } from '../../support/error-lines.ts'
import * as cast from '../../support/fixtures.ts'
import { addClient } from '../../support/openid.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * Section 3 of the requirements: the lines for device authorization, each made to happen. Those of a device that asks
 * for its tokens are in `token.test.ts`.
 */

let as: TestServer
before(async () => {
  as = await startServer({ features: { deviceGrant: true }, authorizationDetailTypes })
  for (const client of [d1, d2, { ...d2, client_id: 'off' }]) await addClient(as, client)
  await as.disable({ client_id: 'off' })
})
after(async () => {
  await as.close()
  assert.deepEqual(as.faults, [])
})

const raw = (body: string, type = 'application/x-www-form-urlencoded') =>
  as.send('/device_authorization', { method: 'POST', body, headers: { 'content-type': type } })

const line = (when: string, status: number, error: string, send: () => Promise<Response>): ErrorLine => ({
  when,
  status,
  error,
  send,
})

const lines: readonly ErrorLine[] = [
  line('nobody named', 400, 'invalid_request', () => raw('')),
  line('a parameter twice', 400, 'invalid_request', () => begin(as, { scope: ['orders.read', 'orders.read'] })),
  line('characters that may not be', 400, 'invalid_request', () => begin(as, { scope: '\u0007' })),
  line('wrong media type', 400, 'invalid_request', () => raw('{}', 'application/json')),
  line('too large', 413, 'invalid_request', () => raw(`x=${'x'.repeat(70_000)}`)),
  line('two ways of authentication', 400, 'invalid_request', () => begin(as, { client_secret: 'x' }, d2)),
  line('a secret that is wrong', 401, 'invalid_client', () => begin(as, {}, { ...d2, client_secret: 'x' })),
  line('client authentication missing', 401, 'invalid_client', () => raw(toForm({ client_id: 'd2' }).toString())),
  line('a client nobody knows', 401, 'invalid_client', () => raw(toForm({ client_id: 'nobody' }).toString())),
  line('a client that was disabled', 401, 'invalid_client', () => begin(as, {}, { ...d2, client_id: 'off' })),
  line('the grant not allowed', 400, 'unauthorized_client', () => begin(as, {}, cast.c1)),
  line('scope malformed', 400, 'invalid_scope', () => begin(as, { scope: '"' })),
  line('scope unknown', 400, 'invalid_scope', () => begin(as, { scope: 'unheard.of' })),
  line('scope not allowed', 400, 'invalid_scope', () => begin(as, { scope: 'bills.read' })),
  line('resource malformed', 400, 'invalid_target', () => begin(as, { resource: 'x' })),
  line('resource unknown', 400, 'invalid_target', () => begin(as, { resource: 'https://x.example' })),
  line('authorization_details bad', 400, 'invalid_authorization_details', () => begin(as, asking({ type: 'x' }))),
]

for (const each of lines) {
  test(`[DEV-3.1-01] ${each.when} is answered ${each.status} ${each.error}, and nothing begins`, async () => {
    // req: O21-3.2.4-01
    as.writes.length = 0
    await assertLine(as, each)
    assert.deepEqual(as.writes, [])
  })
}

test('[DEV-3.2-01] a device that begins is answered 200', async () => {
  await begun(as)
})

test('[R10] devices begin by POST alone', async () => {
  await assertPostOnly(as, '/device_authorization')
})

test('[DEV-5.1-01] too many devices are answered 429, and when to come again', async () => {
  let answer = await begin(as)
  for (let count = 0; count < 1000 && answer.status === 200; count++) answer = await begin(as)

  await assertRefused(answer, 429, 'temporarily_unavailable')
})
