import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AccessTokenId, AuthorizationId, CodeId, SessionId, TransactionId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import { emptyScope } from '../../protocol/scope.ts'
import {
  aClient,
  aCode,
  aConsent,
  aHash,
  anAccount,
  anAuthorization,
  anEvent,
  anId,
  anOpaqueToken,
  aRedemption,
  aRefreshChain,
  aRotation,
  aSealedKey,
  aSession,
  aTransaction,
  liWei,
  morning,
  orderApi,
  scopeOf,
  shop,
  someChanges,
  answering,
  aPushedRequest,
  aQuota,
} from '../../testing/index.ts'
import { atOnce, within } from './suite.ts'
import type { Suite } from './suite.ts'

const later = addSeconds(morning, seconds(1))

/** What is stored comes back as it was, by every connection; what is not there is `undefined`. */
export function describeRecords({ name, open, test }: Suite): void {
  test(
    `${name}: a client comes back as it was saved, and as it was saved last`,
    within(open, async ({ store, each }) => {
      const client = aClient({
        homepage: undefined,
        keys: [{ kid: undefined, alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } }],
        lifetimes: { ...aClient().lifetimes, accessToken: seconds(300), refreshIdle: 'never' },
      })
      await store.saveClient(client, anEvent())

      assert.deepEqual(await each(1).findClient(client.id), client)

      await each(1).saveClient({ ...client, name: 'Renamed', disabledAt: later }, anEvent())

      assert.deepEqual(await store.findClient(client.id), { ...client, name: 'Renamed', disabledAt: later })
      assert.equal(await store.findClient('another' as ClientId), undefined)
    }),
  )

  test(
    `${name}: an account is found by its subject and by its canonical username`,
    within(open, async ({ store, each }) => {
      const account = anAccount({
        username: 'Li.Wei',
        passwordHash: '$argon2id$stored',
        roles: ['operator', 'a b'],
        profile: { given_name: 'Wei', email_verified: false, address: { locality: '杭州' }, updated_at: 1 },
      })
      const other = anAccount({ subject: anId<Subject>(), username: 'ana', email: undefined, disabledAt: later })
      await store.saveAccount(account, 'li.wei', anEvent())
      await store.saveAccount(other, 'ana', anEvent())

      assert.deepEqual(await each(1).findAccount(account.subject), account)
      assert.deepEqual(await each(1).findAccountByUsername('li.wei'), account)
      assert.deepEqual(await store.findAccountByUsername('ana'), other)
      assert.equal(await store.findAccountByUsername('Li.Wei'), undefined)
      assert.equal(await store.findAccount(anId<Subject>()), undefined)

      const [code, authorization] = [aCode({ subject: account.subject }), anAuthorization({ subject: other.subject })]
      const session = aSession({ subject: account.subject })
      await store.issueCode(code, undefined, undefined, anEvent(), morning)
      await store.commit(someChanges({ authorization }), morning)
      await store.startSession(session, undefined, anEvent(), anEvent())
      assert.deepEqual(await each(1).findAccountOf({ kind: 'code', id: code.id }), account)
      assert.deepEqual(await each(1).findAccountOf({ kind: 'authorization', id: authorization.id }), other)
      assert.deepEqual(await each(1).findAccountOf({ kind: 'session', id: session.id }), account)
      assert.equal(await each(1).findAccountOf({ kind: 'code', id: anId<CodeId>() }), undefined)
      assert.equal(await each(1).findAccountOf({ kind: 'authorization', id: 'no id' as AuthorizationId }), undefined)
    }),
  )

  test(
    `${name}: a username belongs to one account, and is free again when its account takes another`,
    within(open, async ({ store, each }) => {
      const first = anAccount()
      const second = anAccount({ subject: anId<Subject>() })
      await store.saveAccount(first, 'li.wei', anEvent())

      assert.equal(await each(1).saveAccount(second, 'li.wei', anEvent()), 'username_taken')
      assert.equal(await each(1).findAccount(second.subject), undefined)
      assert.equal(await store.saveAccount(first, 'li.wei', anEvent()), 'done')
      assert.equal(await store.saveAccount({ ...first, username: 'wei' }, 'wei', anEvent()), 'done')
      assert.equal(await each(1).saveAccount(second, 'li.wei', anEvent()), 'done')
      assert.equal((await store.findAccountByUsername('li.wei'))?.subject, second.subject)
    }),
  )

  test(
    `${name}: a waiting authorization request comes back as it was saved`,
    within(open, async ({ store, each }) => {
      const plain = aTransaction()
      const bare = aTransaction({
        request: {
          ...plain.request,
          answerTo: { kind: 'device', id: anId(), askedAt: morning, askedFrom: undefined },
          scope: emptyScope,
          resources: [],
          prompt: ['login', 'consent'],
          maxAge: seconds(0),
        },
      })
      await store.saveTransaction(plain)
      await store.saveTransaction(bare)

      assert.deepEqual(await each(1).findTransaction(plain.id), plain)
      assert.deepEqual(await store.findTransaction(bare.id), bare)
      assert.equal(await store.findTransaction(anId<TransactionId>()), undefined)
    }),
  )

  test(
    `${name}: a browser session comes back until it is ended or replaced`,
    within(open, async ({ store, each }) => {
      const first = aSession()
      const second = aSession({ begunAs: first.id, amr: ['pwd', 'otp'] })
      await store.startSession(first, undefined, anEvent(), anEvent())

      assert.deepEqual(await each(1).findSession(first.id), first)

      await store.startSession(second, first.id, anEvent(), anEvent())

      assert.equal(await each(1).findSession(first.id), undefined)
      assert.deepEqual(await each(1).findSessionBegunAs(first.id), second)
      assert.equal(await each(1).findSessionBegunAs(second.id), undefined)
      assert.equal(await store.endSession(first.id, anEvent(), anEvent()), 'unknown')
      assert.equal(await store.endSession(second.id, anEvent(), anEvent()), 'done')
      assert.equal(await each(1).findSession(second.id), undefined)
      assert.equal(await each(1).findSessionBegunAs(first.id), undefined)
    }),
  )

  test(
    `${name}: an answered request keeps its code, its consent and when it was answered`,
    within(open, async ({ store, each }) => {
      const [transaction, refused] = [aTransaction(), aTransaction()]
      const code = aCode({ sessionId: aHash<SessionId>(), challenge: undefined, redirectUriWasSent: false })
      const consent = aConsent({ scope: scopeOf('orders.read orders.write'), resources: [] })
      await store.saveTransaction(transaction)
      await store.saveTransaction(refused)

      assert.equal(await store.issueCode(code, answering(transaction.id), consent, anEvent(), later), 'done')
      assert.equal(await store.answerRequest(answering(refused.id), anEvent(), later), 'done')
      assert.deepEqual(await each(1).findCode(code.id), code)
      assert.deepEqual(await each(1).findConsent(liWei, shop), consent)
      assert.deepEqual(await each(1).findTransaction(transaction.id), { ...transaction, answeredAt: later })
      assert.equal((await store.findTransaction(refused.id))?.answeredAt, later)
      assert.equal(await store.findConsent(liWei, 'another' as ClientId), undefined)
    }),
  )

  test(
    `${name}: a newer consent takes the place of the older one, and a code without consent leaves it alone`,
    within(open, async ({ store }) => {
      const narrow = aConsent()
      const wide = aConsent({
        scope: scopeOf('orders.read orders.write'),
        authorizationDetails: [{ type: 'account', what: ['balance'] }],
        givenAt: later,
      })
      await store.issueCode(aCode(), undefined, narrow, anEvent(), later)
      await store.issueCode(aCode(), undefined, wide, anEvent(), later)
      await store.issueCode(aCode(), undefined, undefined, anEvent(), later)

      assert.deepEqual(await store.findConsent(liWei, shop), wide)
    }),
  )

  test(
    `${name}: a redeemed code names what it made; an authorization comes back with and without a refresh token`,
    within(open, async ({ store, each }) => {
      const confirmation = { jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' }
      const authorizationDetails = [{ type: 'payment', amount: '12.00', items: [1, 2] }]
      const code = aCode({
        particulars: { confirmation, nonce: 'n', claims: { id_token: { email: { essential: true } } } },
      })
      const authorization = anAuthorization({
        sessionId: aHash<SessionId>(),
        particulars: { confirmation, acr: 'urn:hufu:acr:pwd', amr: ['pwd'], authorizationDetails },
      })
      const bare = anAuthorization({ refresh: undefined, scope: emptyScope, resources: [] })
      const endless = anAuthorization({
        refresh: aRefreshChain({ expiresAt: 'never', absoluteEnd: 'never' }),
        resources: [orderApi, 'https://stock.example' as ResourceId],
        endsAt: 'never',
      })
      await store.issueCode(code, undefined, undefined, anEvent(), morning)

      assert.deepEqual(await store.commit(aRedemption(code, { authorization }), later), { kind: 'done' })
      for (const each_ of [bare, endless]) await store.commit(someChanges({ authorization: each_ }), later)

      assert.deepEqual(await each(1).findCode(code.id), {
        ...code,
        authorizationId: authorization.id,
        redeemedAt: later,
      })
      for (const each_ of [authorization, bare, endless])
        assert.deepEqual(await each(1).findAuthorization(each_.id), each_)
    }),
  )

  test(
    `${name}: a pushed request comes back until it is used`,
    within(open, async ({ store, each }) => {
      const pushed = aPushedRequest({ parameters: 'state=%E8%99%8E&empty=&x', confirmation: { jkt: 'a'.repeat(43) } })
      const bare = aPushedRequest()
      for (const each_ of [pushed, bare]) assert.equal(await store.savePushedRequest(each_, aQuota, morning), 'done')

      for (const each_ of [pushed, bare]) assert.deepEqual(await each(1).findPushedRequest(each_.id), each_)
      await store.issueCode(aCode(), answering(undefined, pushed.id), undefined, anEvent(), later)

      assert.equal(await each(1).findPushedRequest(pushed.id), undefined)
      assert.deepEqual(await each(1).findPushedRequest(bare.id), bare)
    }),
  )

  test(
    `${name}: [RQ-07] beyond its quota nothing pushed is kept, and from the end of the window on it is again`,
    within(open, async ({ store, each }) => {
      const quota = { key: 'push shop', limit: 2, windowEnd: instant(morning + 1000) }
      const next = { ...quota, windowEnd: instant(morning + 2000) }
      const [first, second, third, fourth, others] = Array.from({ length: 5 }, () => aPushedRequest())
      const last = instant(morning + 999)

      assert.equal(await store.savePushedRequest(first!, quota, morning), 'done')
      assert.equal(await each(1).savePushedRequest(second!, quota, last), 'done')
      assert.deepEqual(await store.savePushedRequest(third!, quota, last), { count: 3, windowEnd: quota.windowEnd })
      assert.equal(await store.savePushedRequest(others!, { ...quota, key: 'push other' }, last), 'done')
      assert.equal(await store.savePushedRequest(fourth!, next, quota.windowEnd), 'done')

      assert.equal(await store.findPushedRequest(third!.id), undefined)
      assert.equal((await store.findPushedRequest(fourth!.id))?.id, fourth!.id)
    }),
  )

  test(
    `${name}: [RQ-07] beyond its quota no request waits, and what waits is counted up to a limit`,
    within(open, async ({ store, each }) => {
      const quota = { key: 'waiting 192.0.2.7', limit: 2, windowEnd: instant(morning + 1000) }
      const [first, second, third, others, unbounded] = Array.from({ length: 5 }, () => aTransaction())

      assert.equal(await store.saveTransaction(first!, quota), 'done')
      assert.equal(await each(1).saveTransaction(second!, quota), 'done')
      assert.deepEqual(await store.saveTransaction(third!, quota), { count: 3, windowEnd: quota.windowEnd })
      assert.equal(await each(1).saveTransaction(others!, { ...quota, key: 'waiting elsewhere' }), 'done')
      assert.equal(await store.saveTransaction(unbounded!), 'done')

      assert.equal(await store.findTransaction(third!.id), undefined)
      assert.deepEqual(await each(1).findTransaction(second!.id), second)
      assert.deepEqual([await each(1).countWaiting(10), await store.countWaiting(3)], [4, 3])
    }),
  )

  test(
    `${name}: [FAPI-5.3.2.1-09] of 50 concurrent uses of a refresh token that is kept, all succeed, and none once it is revoked`,
    within(open, async ({ store, each }) => {
      const authorization = anAuthorization()
      await store.commit(someChanges({ authorization }), morning)
      const keep = (index: number) => {
        const { redeem, ...rest } = aRotation(authorization)
        const chain = { ...authorization.refresh!, rotatedAt: morning }

        return each(index).commit(
          { ...rest, redeem: redeem?.kind === 'refresh_token' ? { ...redeem, chain } : redeem },
          morning,
        )
      }

      const outcomes = await atOnce(50, keep)
      await store.revokeAuthorization(authorization.id, 'revoked_by_client', anEvent(), morning)
      const late = await keep(0)

      assert.equal(outcomes.filter(({ kind }) => kind === 'done').length, 50)
      assert.equal(late.kind, 'already_redeemed')
      assert.equal((await store.findAuthorization(authorization.id))?.refresh?.generation, 1)
    }),
  )

  test(
    `${name}: an opaque access token comes back until it is ended, and its id stays known as ended`,
    within(open, async ({ store, each }) => {
      const token = anOpaqueToken({
        authorizationId: anId<AuthorizationId>(),
        particulars: { actor: { sub: 'job', act: { sub: 'another' } }, authorizationDetails: [{ type: 'payment' }] },
      })
      const bare = anOpaqueToken({ scope: emptyScope })
      await store.commit(someChanges({ opaqueToken: token }), morning)
      await store.commit(someChanges({ opaqueToken: bare }), morning)

      assert.deepEqual(await each(1).findOpaqueToken(token.id), token)
      assert.deepEqual(await each(1).findOpaqueToken(bare.id), bare)
      assert.equal(await store.isAccessTokenRevoked(token.id), false)
      assert.equal(await store.revokeAccessToken(token.id, token.expiresAt, anEvent()), true)
      assert.equal(await each(1).findOpaqueToken(token.id), undefined)
      assert.equal(await each(1).isAccessTokenRevoked(token.id), true)
      assert.equal(await store.revokeAccessToken(token.id, token.expiresAt, anEvent()), false)
    }),
  )

  test(
    `${name}: an ended authorization says when and why`,
    within(open, async ({ store, each }) => {
      const authorization = anAuthorization()
      await store.commit(someChanges({ authorization }), morning)

      assert.equal(await store.revokeAuthorization(authorization.id, 'removed_by_person', anEvent(), later), true)
      assert.equal(
        await store.revokeAuthorization(authorization.id, 'code_replayed', anEvent(), instant(later + 1)),
        false,
      )

      const found = await each(1).findAuthorization(authorization.id)
      assert.deepEqual([found?.revokedAt, found?.revokedBecause], [later, 'removed_by_person'])
    }),
  )

  test(
    `${name}: signing keys come back in the order they were made`,
    within(open, async ({ store, each }) => {
      const [first, second, third] = [0, 1, 2].map((each_) => aSealedKey({ createdAt: instant(morning + each_) }))

      assert.deepEqual(await store.loadSigningKeys(), [])
      assert.equal(await store.changeSigningKeys({ seen: [], add: [second!, first!], remove: [] }, anEvent()), true)
      assert.deepEqual(await each(1).loadSigningKeys(), [first, second])

      const change = { seen: [second!.kid, first!.kid], add: [third!], remove: [first!.kid] }
      assert.equal(await each(1).changeSigningKeys(change, anEvent()), true)
      assert.deepEqual(await store.loadSigningKeys(), [second, third])
      assert.equal(await store.changeSigningKeys(change, anEvent()), false)
      assert.deepEqual(await store.loadSigningKeys(), [second, third])
    }),
  )

  test(
    `${name}: audit events come back complete, in the order of their ids, page by page`,
    within(open, async ({ store, each }) => {
      const full = anEvent({ authorizationId: anId<AuthorizationId>(), reason: 'code_replayed', outcome: 'refused' })
      const bare = anEvent({
        clientId: undefined,
        subject: undefined,
        address: undefined,
        requestId: undefined,
        grantType: undefined,
        scope: undefined,
      })
      const last = anEvent()
      for (const event of [last, bare, full]) await store.appendAudit(event)

      assert.deepEqual(await each(1).listAudit(undefined, 1000), [full, bare, last])
      assert.deepEqual(await store.listAudit(undefined, 2), [full, bare])
      assert.deepEqual(await store.listAudit(bare.id, 2), [last])
      assert.deepEqual(await store.listAudit(last.id, 2), [])
      await assert.rejects(store.listAudit(undefined, 1001), RangeError)
    }),
  )

  test(
    `${name}: text that is no id finds nothing, and neither does an id in capitals`,
    within(open, async ({ store }) => {
      const code = aCode({ id: 'abcdef'.padEnd(32, '0') as CodeId })
      await store.issueCode(code, undefined, undefined, anEvent(), morning)

      for (const id of [code.id.toUpperCase(), `${code.id}zz`, `${code.id} `, code.id.slice(0, 30), '', '\0', 'é'])
        assert.equal(await store.findCode(id as CodeId), undefined, id)
      assert.equal(await store.findOpaqueToken('' as AccessTokenId), undefined)
      assert.equal(await store.burnCode(code.id.toUpperCase() as CodeId, anEvent(), later), false)
      assert.deepEqual(await store.findCode(code.id), code)
    }),
  )
}
