import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClient, aSession, liWei } from '../testing/index.ts'
import { findAskingClient, findReturn, isOfSession } from './end-session.ts'
import type { LogoutHint } from './end-session.ts'
import type { ClientId } from './client.ts'
import { sidOf } from './identity-token.ts'
import { parseParameters } from './parameters.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'
import type { Subject } from './account.ts'

const bye = 'https://shop.example/bye' as RegisteredRedirectUri
const local = 'http://127.0.0.1/bye' as RegisteredRedirectUri
const client = aClient({ logout: { redirectUris: [bye, local], backchannelUri: undefined, needsSession: false } })
const session = aSession()
const hint: LogoutHint = { clientId: client.id, subject: liWei, sid: sidOf(session.begunAs, client.id) }
const sent = (given: Record<string, string>) => parseParameters(new URLSearchParams(given).toString())!
const returning = (uri: string) => sent({ post_logout_redirect_uri: uri })

const outcome = (uri: string, of = client, by: LogoutHint | undefined = hint) => {
  const found = findReturn(returning(uri), of, by)

  return found.ok ? found.value : found.error.reason
}

test('[OUT-RP-2-02] a client_id names the client that the hint was issued to, or the request is refused', () => {
  const other = 'other' as ClientId
  const asked = (id: string, by?: LogoutHint) => findAskingClient(sent(id === '' ? {} : { client_id: id }), by)
  const differs = asked(other, hint)

  assert.deepEqual(asked('', undefined), { ok: true, value: undefined })
  assert.deepEqual(asked('', hint), { ok: true, value: client.id })
  assert.deepEqual(asked(client.id, hint), { ok: true, value: client.id })
  assert.deepEqual(asked(other), { ok: true, value: other })
  assert.equal(!differs.ok && differs.error.reason, 'logout_client_differs')
})

test('[OUT-RP-3-01] the address afterwards is a registered one to the letter, only the port of a loopback address is free', () => {
  assert.equal(outcome(bye), bye)
  assert.equal(outcome('http://127.0.0.1:5173/bye'), 'http://127.0.0.1:5173/bye')
  for (const near of [
    `${bye}/`,
    `${bye}?a=b`,
    'https://SHOP.example/bye',
    'http://shop.example/bye',
    client.redirectUris[0]!,
  ])
    assert.equal(outcome(near), 'logout_uri_unregistered', near)
  assert.deepEqual(findReturn(sent({}), client, hint), { ok: true, value: undefined })
})

test('[OUT-RP-3-01] without an ID token nobody goes to a client that no operator has reviewed, nor to one that is not named', () => {
  const unreviewed = { ...client, reviewed: false }

  assert.equal(findReturn(returning(bye), client, undefined).ok, true)
  assert.equal(outcome(bye, unreviewed), bye)
  assert.deepEqual(findReturn(returning(bye), unreviewed, undefined), { ok: true, value: undefined })
  assert.deepEqual(findReturn(returning(bye), undefined, undefined), { ok: true, value: undefined })
})

test('[OUT-RP-2-03] a hint is of the session in which its client signed this person in, and of no other', () => {
  const again = aSession({ begunAs: session.begunAs })

  assert.equal(isOfSession(hint, session, liWei), true)
  assert.equal(isOfSession(hint, again, liWei), true)
  assert.equal(isOfSession(hint, aSession(), liWei), false)
  assert.equal(isOfSession(hint, session, 'somebody-else' as Subject), false)
  assert.equal(isOfSession({ ...hint, sid: undefined }, session, liWei), false)
  assert.equal(isOfSession({ ...hint, clientId: 'other' as ClientId }, session, liWei), false)
})
