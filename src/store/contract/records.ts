import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AccessTokenId, AuthorizationId, CodeId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import {
  aClient,
  aCode,
  anAccount,
  anAuthorization,
  anEvent,
  anId,
  aSealedKey,
  aSession,
  morning,
  someChanges,
} from '../../testing/index.ts'
import { within } from './suite.ts'
import type { Suite } from './suite.ts'

const later = addSeconds(morning, seconds(1))

/** What is saved comes back: clients, accounts, keys, the audit. */
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
