import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, instant, seconds } from '../base/time.ts'
import { anAccount, liWei, morning, seededRandom } from '../testing/index.ts'
import { createBrowserSession, defaultSessionLifetime, isAlive, sessionIdOf } from './browser-session.ts'

const random = seededRandom('sessions')
const begin = () => createBrowserSession(liWei, morning, defaultSessionLifetime, random, ['pwd'])

test('[UI-03] every sign-in makes a cookie of 256 random bits that was not there before', () => {
  const [one, other] = [begin(), begin()]

  assert.match(one.cookie, /^[A-Za-z0-9_-]{43}$/)
  assert.notEqual(one.cookie, other.cookie)
})

test('[LG-02] what is stored of a session opens nothing', () => {
  const { cookie, session } = begin()

  assert.equal(JSON.stringify(session).includes(cookie), false)
  assert.match(session.id, /^[0-9a-f]{64}$/)
  assert.equal(sessionIdOf(cookie), session.id)
  assert.notEqual(sessionIdOf(session.id), session.id)
})

test('text that was never a cookie of ours finds no session', () => {
  const { cookie } = begin()
  for (const text of [undefined, '', 'x', `${cookie}=`, `${cookie}A`, cookie.slice(1), 'A'.repeat(10_000)])
    assert.equal(sessionIdOf(text), undefined)
})

test('a session is alive until twelve hours after signing in, and dead from then on', () => {
  const { session } = begin()
  const end = addSeconds(morning, seconds(12 * 3600))

  assert.equal(isAlive(session, anAccount(), instant(end - 1)), true)
  assert.equal(isAlive(session, anAccount(), end), false)
})

test('[UI-08] a session speaks for its own account only, while that is there and not disabled', () => {
  const { session } = begin()
  const noon = addSeconds(morning, seconds(4 * 3600))

  assert.equal(isAlive(session, undefined, noon), false)
  assert.equal(isAlive(session, anAccount({ subject: 'another' as typeof liWei }), noon), false)
  assert.equal(isAlive(session, anAccount(), noon), true)
  assert.equal(isAlive(session, anAccount({ disabledAt: noon }), noon), false)
  // By an instance whose clock is ahead of this one.
  assert.equal(isAlive(session, anAccount({ disabledAt: addSeconds(noon, seconds(1)) }), noon), false)
})

test('[O21-4.3.3-02] a session from before a password change is dead, one from that instant on is not', () => {
  const { session } = begin()

  assert.equal(isAlive(session, anAccount({ validAfter: morning }), morning), true)
  assert.equal(isAlive(session, anAccount({ validAfter: instant(morning + 1) }), morning), false)
})

test('[BBA-6.3.2.3-02] who signs in again in the same browser goes on with what they began; somebody else begins anew', () => {
  const first = begin().session
  const again = createBrowserSession(liWei, morning, defaultSessionLifetime, random, ['pwd'], first).session
  const third = createBrowserSession(liWei, morning, defaultSessionLifetime, random, ['pwd'], again).session
  const other = createBrowserSession(
    'somebody else' as typeof liWei,
    morning,
    defaultSessionLifetime,
    random,
    ['pwd'],
    first,
  ).session

  assert.equal(first.begunAs, first.id)
  assert.notEqual(again.id, first.id)
  assert.equal(again.begunAs, first.id)
  assert.equal(third.begunAs, first.id)
  assert.equal(other.begunAs, other.id)
})
