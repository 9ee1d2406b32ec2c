import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import { PasswordHasherBusy } from '../ports/password-hasher.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { Store } from '../ports/store.ts'
import type { Account } from '../protocol/account.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { aSession, anAccount, anEvent, createClock, morning, seededRandom } from '../testing/index.ts'
import { createSignIn } from './sign-in.ts'
import type { SignIn, SignInAttempt } from './sign-in.ts'

const password = 'maple-harbor-42'

test('the right password signs in, however the name is written, and the event waits for the session', async (context) => {
  const { signIn, audit, store } = await open(context)

  const outcome = await signIn({ username: ' LI.Wei ' })

  assert.equal(outcome.kind, 'signed_in')
  assert.equal(outcome.account.username, 'li.wei')
  assert.deepEqual(await audit(), [])
  await store.startSession(aSession(), undefined, outcome.event, outcome.event)
  assert.deepEqual(
    (await audit()).map(({ type, outcome: came, reason }) => [type, came, reason]),
    [['sign_in', 'done', undefined]],
  )
})

test('[UI-05] unknown name, wrong password, disabled account: one answer, one hash, the same work at the store', async (context) => {
  const { signIn, hasher, calls, add } = await open(context)
  await add(anAccount({ subject: subjectOf('b'), username: 'bob', passwordHash: password, disabledAt: morning }), 'bob')
  const attempts = [
    { username: 'nobody' },
    { username: 'li.wei', password: 'wrong' },
    { username: 'bob' },
    { username: 'no such name' },
    { username: 'li.wei', password: 'x'.repeat(10_000) },
  ]

  const seen: unknown[] = []
  for (const attempt of attempts) {
    calls.length = 0
    hasher.verified = 0
    const outcome = await signIn(attempt)
    seen.push({ outcome, hashes: hasher.verified, calls: calls.toSorted() })
  }

  const [first, ...others] = seen as { outcome: SignIn; hashes: number }[]
  assert.deepEqual(first?.outcome, { kind: 'refused' })
  assert.equal(first.hashes, 1)
  for (const other of others) assert.deepEqual(other, first)
})

test('[LG-04] every refusal is one audit event with its reason, and holds nothing that was typed', async (context) => {
  const { signIn, audit, add } = await open(context)
  await add(anAccount({ subject: subjectOf('b'), username: 'bob', passwordHash: password, disabledAt: morning }), 'bob')

  await signIn({ username: 'hunter2', password: 'secret-canary' })
  await signIn({ password: 'secret-canary' })
  await signIn({ username: 'bob' })

  const events = await audit()
  assert.deepEqual(
    events.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['refused', 'account_unknown'],
      ['refused', 'password_wrong'],
      ['refused', 'account_disabled'],
    ],
  )
  assert.deepEqual(
    events.map(({ address, requestId }) => [address, requestId]),
    Array.from({ length: 3 }, () => ['192.0.2.7', 'r1']),
  )
  assert.doesNotMatch(JSON.stringify(events), /canary|hunter2/)
})

test('[UI-06] after five wrong passwords the sixth is not looked at, right or wrong, until the wait is over', async (context) => {
  const { signIn, hasher, clock, audit } = await open(context)
  for (let tries = 0; tries < 5; tries++) assert.equal((await signIn({ password: 'wrong' })).kind, 'refused')
  hasher.verified = 0

  const outcome = await signIn({})

  assert.equal(outcome.kind, 'wait')
  assert.equal(outcome.wait, 60)
  assert.equal(hasher.verified, 0)
  assert.equal((await audit()).at(-1)?.reason, 'throttled')
  clock.advance(outcome.wait)
  assert.equal((await signIn({})).kind, 'signed_in')
})

test('[UI-06] signing in from a place makes it known, so that guesses from elsewhere do not close it', async (context) => {
  const { signIn } = await open(context)
  await signIn({})
  for (let at = 0; at < 60; at++) await signIn({ password: 'wrong', address: `203.0.113.${at}` })

  assert.equal((await signIn({ address: '198.51.100.1' })).kind, 'wait')
  assert.equal((await signIn({})).kind, 'signed_in')
})

test('a password that is changed while its hash is computed opens nothing', async (context) => {
  const { signIn, hasher, add } = await open(context)
  hasher.before = () => add(anAccount({ passwordHash: 'new password' }), 'li.wei')

  assert.equal((await signIn({})).kind, 'refused')
})

test('when too many passwords wait nothing is decided and nothing counted', async (context) => {
  const { signIn, hasher, audit } = await open(context)
  hasher.before = () => Promise.reject(new PasswordHasherBusy('full'))
  for (let tries = 0; tries < 10; tries++) assert.equal((await signIn({})).kind, 'busy')
  hasher.before = async () => {}

  assert.equal((await audit()).at(-1)?.reason, 'unavailable')
  assert.equal((await signIn({})).kind, 'signed_in')
})

test('an account without a password cannot be signed in to by one', async (context) => {
  const { signIn, add } = await open(context)
  await add(anAccount({ passwordHash: undefined }), 'li.wei')

  for (const typed of ['', 'undefined', password]) assert.equal((await signIn({ password: typed })).kind, 'refused')
})

const subjectOf = (digit: string) => digit.repeat(32) as Account['subject']

/** With a hasher whose hash is the password itself: what is tested is what is done with its answer. */
async function open(context: { after: (end: () => Promise<void>) => void }) {
  const sqlite = openSqlite({ file: ':memory:' })
  context.after(() => sqlite.close())
  const calls: string[] = []
  const store = new Proxy(sqlite, {
    get: (target, name) => (calls.push(String(name)), target[name as keyof Store]),
  })
  const clock = createClock()
  const hasher = {
    verified: 0,
    before: async () => {},
    hash: (text: string) => Promise.resolve(text),
    async verify(text: string, stored: string | undefined) {
      hasher.verified += 1
      await hasher.before()
      return stored === text
    },
  } satisfies PasswordHasher & { verified: number; before: () => Promise<void> }
  const add = async (account: Account, name: string) => void (await sqlite.saveAccount(account, name, anEvent()))
  await add(anAccount({ passwordHash: password }), 'li.wei')
  const signInNow = createSignIn({ store, hasher, now: clock.now, random: seededRandom('sign-in') })
  const signIn = (attempt: Partial<SignInAttempt>) => {
    // The ids of events rise with time, from one millisecond to the next.
    clock.set(instant(clock.now() + 1))
    return signInNow({
      username: 'li.wei',
      password,
      address: '192.0.2.7',
      requestId: 'r1',
      clientId: undefined,
      ...attempt,
    })
  }
  const audit = async () => (await sqlite.listAudit(undefined, 1000)).filter(({ type }) => type === 'sign_in')

  return { signIn, store: sqlite, hasher, clock, audit, add, calls }
}
