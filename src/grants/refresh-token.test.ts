import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, instant, seconds } from '../base/time.ts'
import type { Authorization, RefreshChain, SessionId } from '../protocol/authorization.ts'
import type { ClientId } from '../protocol/client.ts'
import { emptyScope } from '../protocol/scope.ts'
import {
  aClient,
  anAccount,
  anAuthorization,
  anId,
  aRefreshChain,
  aSession,
  aSettings,
  morning,
  scopeOf,
} from '../testing/index.ts'
import { refreshToken } from './refresh-token.ts'
import type { RefreshFacts, RefreshRequest } from './refresh-token.ts'

const settings = aSettings()
const later = (milliseconds: number) => instant(morning + milliseconds)

interface Case {
  readonly generation?: number
  readonly chain?: Partial<RefreshChain>
  readonly authorization?: Partial<Authorization>
  readonly facts?: Partial<RefreshFacts>
  readonly request?: Partial<RefreshRequest>
  readonly client?: Parameters<typeof aClient>[0]
  readonly now?: typeof morning
}

function decide({
  generation = 3,
  chain = {},
  authorization = {},
  facts = {},
  request = {},
  client = {},
  now = morning,
}: Case) {
  const refresh = aRefreshChain({ generation: 3, rotatedAt: morning, ...chain })
  const decided = refreshToken.decide(
    {
      token: { id: anId(), generation, secret: new Uint8Array(32) },
      scope: emptyScope,
      resources: [],
      details: [],
      ...request,
    },
    {
      authorization: anAuthorization({ refresh, ...authorization }),
      genuine: true,
      account: anAccount(),
      session: undefined,
      ...facts,
    },
    { client: aClient(client), settings, now },
  )
  if (!decided.ok) return [decided.error.error.reason, decided.error.consequence?.kind].filter((each) => each).join(' ')

  return decided.value.from?.kind === 'refresh_token' && decided.value.from.retry ? 'retry' : 'rotate'
}

test('[RT-05] the newest rotates, the one before it may be tried again for a while, every older one ends the grant', () => {
  // req: RT-01, RT-04, O21-4.3.1-05, R6, D3
  const reused = 'refresh_token_reused revoke'

  assert.equal(decide({ generation: 3, now: later(1_000_000) }), 'rotate')
  assert.equal(decide({ generation: 2, now: later(9999) }), 'retry')
  assert.equal(decide({ generation: 2, now: later(10_000) }), reused)
  assert.equal(decide({ generation: 1, now: morning }), reused)
  assert.equal(decide({ generation: 0, chain: { generation: 1, rotatedAt: undefined } }), reused)
})

test('[RT-04] a window of no seconds allows no retry, one of sixty a minute', () => {
  const of = (window: number) => ({ client: { lifetimes: { ...aClient().lifetimes, refreshRetry: seconds(window) } } })

  for (const clock of [0, -1, -2500])
    assert.equal(decide({ ...of(0), generation: 2, now: later(clock) }), 'refresh_token_reused revoke')
  assert.equal(decide({ ...of(60), generation: 2, now: later(59_999) }), 'retry')
  assert.equal(decide({ ...of(60), generation: 2, now: later(60_000) }), 'refresh_token_reused revoke')
})

test('[RT-06] a token newer than the newest tells of a store that was set back, not of a thief', () => {
  assert.equal(decide({ generation: 4 }), 'refresh_token_unknown')
})

test('[O21-4.3-04] what this server did not make is unknown and ends nothing, however old it says it is', () => {
  // req: CD-03
  assert.equal(decide({ generation: 1, facts: { genuine: false } }), 'refresh_token_unknown')
  assert.equal(decide({ request: { token: undefined } }), 'refresh_token_unknown')
  assert.equal(decide({ facts: { authorization: undefined } }), 'refresh_token_unknown')
  assert.equal(decide({ authorization: { refresh: undefined } }), 'refresh_token_unknown')
})

test('[O21-4.3-02] another client gets nothing, and ends nothing even with a token that was used', () => {
  // req: RT-07
  const client = { id: 'stranger' as ClientId }

  assert.equal(decide({ client }), 'refresh_token_of_another_client')
  assert.equal(decide({ client, generation: 1 }), 'refresh_token_of_another_client')
})

test('[O21-4.3.1-03] what is behind the token has to be there: authorization, account, password', () => {
  // req: RT-13, O21-4.3.3-02
  assert.equal(decide({ authorization: { revokedAt: morning } }), 'authorization_revoked')
  assert.equal(decide({ facts: { account: undefined } }), 'authorization_revoked')
  assert.equal(decide({ facts: { account: anAccount({ disabledAt: morning }) } }), 'authorization_revoked')
  assert.equal(decide({ facts: { account: anAccount({ validAfter: morning }) } }), 'rotate')
  assert.equal(decide({ facts: { account: anAccount({ validAfter: later(1) }) } }), 'authorization_revoked')
})

test('[BBA-6.3.2.3-01] an app in the page ends with its session, to the millisecond, though the row is still there', () => {
  const sessionId = anId<SessionId>()
  const inPage = { client: { kind: 'browser', type: 'public' }, authorization: { sessionId } } as const
  const facts = { session: aSession({ id: sessionId, expiresAt: later(10) }) }

  assert.equal(decide({ ...inPage, facts, now: later(9) }), 'rotate')
  assert.equal(decide({ ...inPage, facts, now: later(10) }), 'authorization_revoked')
  assert.equal(decide(inPage), 'authorization_revoked')
  assert.equal(decide({ authorization: { sessionId } }), 'rotate')
})

test('[O21-4.3.3-03] the token ends on its millisecond; one that never expires does not', () => {
  // req: RT-10, R7
  const end = addSeconds(morning, seconds(60))

  assert.equal(decide({ chain: { expiresAt: end }, now: instant(end - 1) }), 'rotate')
  assert.equal(decide({ chain: { expiresAt: end }, now: end }), 'refresh_token_expired')
  const endless = { lifetimes: { ...aClient().lifetimes, refreshIdle: 'never', refreshAbsolute: 'never' } } as const
  const never = { chain: { expiresAt: 'never', absoluteEnd: 'never' }, client: endless } as const
  assert.equal(decide({ ...never, now: addSeconds(morning, seconds(10 * 366 * 86_400)) }), 'rotate')
})

test('[O21-4.3.1-01] scope may be what was granted or less; an absent one is all', () => {
  // req: RT-08
  const authorization = { scope: scopeOf('orders.read') }

  assert.equal(decide({ authorization, request: { scope: scopeOf('orders.read') } }), 'rotate')
  assert.equal(
    decide({ authorization, request: { scope: scopeOf('orders.read orders.write') } }),
    'scope_exceeds_grant',
  )
})
