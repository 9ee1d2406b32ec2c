import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, instant, seconds } from '../base/time.ts'
import type { AuthorizationCode, AuthorizationId, SessionId } from '../protocol/authorization.ts'
import type { ClientId } from '../protocol/client.ts'
import { hashSecret } from '../protocol/credential.ts'
import type { Verifier } from '../protocol/pkce.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { aClient, aCode, anAccount, anId, aSession, aSettings, callback, morning, verifier } from '../testing/index.ts'
import { authorizationCode } from './authorization-code.ts'
import type { CodeFacts, CodeRequest } from './authorization-code.ts'

const secret = new Uint8Array(32).fill(7)
const settings = aSettings()
const theCode = (given: Partial<AuthorizationCode> = {}) => aCode({ secretHash: hashSecret(secret), ...given })

const request = (given: Partial<CodeRequest> = {}): CodeRequest => ({
  code: { id: anId(), generation: 0, secret },
  verifier: verifier as Verifier,
  redirectUri: undefined,
  resources: [],
  details: [],
  ...given,
})

function decide(
  given: Partial<CodeRequest> = {},
  facts: Partial<CodeFacts> = {},
  { client = aClient(), now = morning } = {},
) {
  const known = { code: theCode(), account: anAccount(), session: undefined, ...facts }
  const decided = authorizationCode.decide(request(given), known, { client, settings, now })
  if (decided.ok) return 'ok'

  return [decided.error.error.reason, decided.error.consequence?.kind].filter((each) => each !== undefined).join(' ')
}

const other = 'another-verifier-that-is-long-enough-to-be-one' as Verifier
const stranger = aClient({ id: 'stranger' as ClientId })
const redeemed = { redeemedAt: morning, authorizationId: anId<AuthorizationId>() }

test('[O21-4.1.2-01] a code is good until the millisecond it expires and refused from that one on', () => {
  const end = addSeconds(morning, seconds(60))

  assert.equal(decide({}, {}, { now: instant(end - 1) }), 'ok')
  assert.equal(decide({}, {}, { now: end }), 'code_expired')
})

test('[BCP-4.8.2-01] challenge and verifier: both and right, or it is refused; a wrong or missing one burns the code', () => {
  // req: O21-4.1.3-05, O21-4.1.3-07, O21-3.2.4-03, BCP-2.1.1-02, BCP-2.1.1-03, PK-02, PK-03, D1
  const bare = { code: theCode({ challenge: undefined }) }

  assert.equal(decide(), 'ok')
  assert.equal(decide({ verifier: undefined }), 'verifier_missing burn_code')
  assert.equal(decide({ verifier: other }), 'verifier_mismatch burn_code')
  assert.equal(decide({}, bare), 'verifier_unexpected')
  assert.equal(decide({ verifier: undefined }, bare), 'code_unknown')
})

test('[CD-03] without the secret of the code nothing happens, whatever else is right', () => {
  const guess = { code: { id: anId(), generation: 0, secret: new Uint8Array(32) } }

  assert.equal(decide(guess), 'code_unknown')
  assert.equal(decide(guess, { code: theCode(redeemed) }), 'code_unknown')
  assert.equal(decide(guess, {}, { client: stranger }), 'code_unknown')
  assert.equal(decide({ code: undefined }), 'code_unknown')
  assert.equal(decide({}, { code: undefined }), 'code_unknown')
})

test('[CD-04] a code of another client is burned by who proved to be a client, and by nobody else', () => {
  // req: D1, O21-7.5.3-01
  const nobody = aClient({ id: 'nobody' as ClientId, type: 'public', authMethod: 'none' })

  assert.equal(decide({}, {}, { client: stranger }), 'code_of_another_client burn_code')
  assert.equal(decide({}, {}, { client: nobody }), 'code_of_another_client')
  assert.equal(decide({}, { code: theCode(redeemed) }, { client: stranger }), 'code_of_another_client')
})

test('[O21-7.5.3-01] only a replay that is otherwise right ends the authorization, also after the code expired', () => {
  // req: O21-4.1.3-04, D2
  const used = { code: theCode(redeemed) }
  const late = { now: addSeconds(morning, seconds(3600)) }

  assert.equal(decide({}, used), 'code_replayed revoke')
  assert.equal(decide({}, used, late), 'code_replayed revoke')
  assert.equal(decide({ verifier: other }, used), 'code_unknown')
  assert.equal(decide({ verifier: undefined }, used), 'code_unknown')
  assert.equal(decide({}, { code: theCode({ ...redeemed, burnedAt: morning }) }), 'code_burned')
})

test('[O21-10.2-01] redirect_uri is absent, or exactly the one of the request', () => {
  assert.equal(decide({ redirectUri: callback }), 'ok')
  assert.equal(decide({ redirectUri: `${callback}/` }), 'redirect_uri_differs')
})

test('[CD-09] the account has to be there, enabled, and unchanged since the code was issued', () => {
  // req: RT-13
  assert.equal(decide({}, { account: undefined }), 'authorization_revoked')
  assert.equal(decide({}, { account: anAccount({ disabledAt: morning }) }), 'authorization_revoked')
  assert.equal(decide({}, { account: anAccount({ validAfter: morning }) }), 'ok')
  assert.equal(decide({}, { account: anAccount({ validAfter: instant(morning + 1) }) }), 'authorization_revoked')
})

test('[BBA-6.3.2.3-01] an app in the page needs the session to be alive; other apps do not', () => {
  const sessionId = anId<SessionId>()
  const code = theCode({ sessionId })
  const inPage = aClient({ kind: 'browser', type: 'public', authMethod: 'none' })
  const session = aSession({ id: sessionId, expiresAt: instant(morning + 10) })

  assert.equal(decide({}, { code, session }, { client: inPage, now: instant(morning + 9) }), 'ok')
  assert.equal(decide({}, { code, session }, { client: inPage, now: instant(morning + 10) }), 'authorization_revoked')
  assert.equal(decide({}, { code }, { client: inPage }), 'authorization_revoked')
  assert.equal(decide({}, { code }), 'ok')
})

test('[RI-2.2-01] a resource outside of the code is refused, and the code stays as it is', () => {
  // req: RT-09
  assert.equal(decide({ resources: ['https://other.example' as ResourceId] }), 'resource_exceeds_grant')
})

test('[O21-3.2.3-04] there is a refresh token only for a client that is registered for the grant', () => {
  const facts = { code: theCode(), account: anAccount(), session: undefined }
  const plan = (grantTypes: string[]) => {
    const decided = authorizationCode.decide(request(), facts, {
      client: aClient({ grantTypes }),
      settings,
      now: morning,
    })

    return decided.ok && decided.value.refreshable
  }

  assert.equal(plan(['authorization_code', 'refresh_token']), true)
  assert.equal(plan(['authorization_code']), false)
})
