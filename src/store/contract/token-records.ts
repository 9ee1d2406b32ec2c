import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { AuthorizationId, SessionId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import { emptyScope } from '../../protocol/scope.ts'
import {
  aCode,
  aConsent,
  aHash,
  anAuthorization,
  anEvent,
  anId,
  anOpaqueToken,
  aRedemption,
  aRefreshChain,
  aRotation,
  aTransaction,
  liWei,
  morning,
  orderApi,
  scopeOf,
  shop,
  someChanges,
  answering,
} from '../../testing/index.ts'
import { atOnce, within } from './suite.ts'
import type { Suite } from './suite.ts'

const later = addSeconds(morning, seconds(1))

/** What is saved comes back: codes, consents, authorizations, tokens. */
export function describeTokenRecords({ name, open, test }: Suite): void {
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
}
