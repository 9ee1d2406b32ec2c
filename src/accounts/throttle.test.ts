import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSeconds, seconds } from '../base/time.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import type { ClientId } from '../protocol/client.ts'
import { createClock, shop } from '../testing/index.ts'
import { clientSecretRules, createThrottle, decideWait, signInRules } from './throttle.ts'

const here = '192.0.2.7'
const rule = { key: 'k', limit: 3, window: seconds(60) }

test('below the limit nobody waits; at the limit until the window is over, to the second', () => {
  const { now } = createClock()
  const at = (count: number, left: number) =>
    decideWait([rule], [{ count, windowEnd: addSeconds(now(), seconds(left)) }], now())

  assert.equal(decideWait([rule], [undefined], now()), undefined)
  assert.equal(at(2, 60), undefined)
  assert.equal(at(3, 60), 60)
  assert.equal(at(4, 0.2), 1)
})

test('of several rules that say wait the longest wins', () => {
  const { now } = createClock()
  const until = (left: number) => ({ count: 3, windowEnd: addSeconds(now(), seconds(left)) })

  assert.equal(decideWait([rule, rule, rule], [until(5), undefined, until(900)], now()), 900)
})

test('[UI-06] who fails again and again waits longer and longer', async (context) => {
  const { clock, fail } = open(context)
  const waits: number[] = []
  for (let tries = 0; tries < 40; tries++) {
    const outcome = await fail(signInRules('alice', here, true))
    if (outcome.kind !== 'wait') continue
    waits.push(outcome.wait)
    clock.advance(outcome.wait)
  }

  assert.deepEqual(waits.slice(0, 2), [60, 840])
  assert.ok(Math.max(...waits) > 4 * 3600)
})

test('[UI-06] a thousand addresses do not get more tries at one name than an address has', async (context) => {
  const { fail } = open(context)
  let tried = 0
  for (let at = 0; at < 60; at++) {
    const outcome = await fail(signInRules('alice', `192.0.2.${at}`, false))
    if (outcome.kind === 'failed') tried += 1
  }

  assert.equal(tried, 50)
})

test('[UI-06] strangers who guess cannot keep a person out where they signed in before', async (context) => {
  const { throttle, fail } = open(context)
  for (let at = 0; at < 60; at++) await fail(signInRules('alice', `192.0.2.${at}`, false))

  const elsewhere = await throttle.run(signInRules('alice', '203.0.113.5', false), async () => true)
  const atHome = await throttle.run(signInRules('alice', '203.0.113.5', true), async () => true)
  assert.equal(elsewhere.kind, 'wait')
  assert.equal(atHome.kind, 'passed')
})

test('[UI-06] one address that tries many names is stopped, other addresses are not', async (context) => {
  const { throttle, fail } = open(context)
  for (let at = 0; at < 60; at++) await fail(signInRules(`name${at}`, here, false))

  assert.equal((await throttle.run(signInRules('bob', here, true), async () => true)).kind, 'wait')
  assert.equal((await throttle.run(signInRules('bob', '192.0.2.8', true), async () => true)).kind, 'passed')
})

test('[CA-11] wrong client secrets are throttled per client and address; the real client elsewhere goes on', async (context) => {
  // req: O21-2.4.1-04
  const { throttle, fail } = open(context)
  for (let tries = 0; tries < 1000; tries++) await fail(clientSecretRules(shop, here))

  assert.equal((await throttle.run(clientSecretRules(shop, here), async () => true)).kind, 'wait')
  assert.equal((await throttle.run(clientSecretRules(shop, '192.0.2.8'), async () => true)).kind, 'passed')
})

test('[UI-06] guesses at the same moment get no more tries than guesses one after the other', async (context) => {
  const { throttle } = open(context)
  let made = 0
  const wrong = async () => {
    made += 1
    await new Promise(setImmediate)
    return false
  }

  const outcomes = await Promise.all(
    Array.from({ length: 80 }, () => throttle.run(signInRules('alice', here, true), wrong)),
  )

  assert.equal(made, 5)
  assert.equal(outcomes.filter((outcome) => outcome.kind === 'wait').length, 75)
})

test('people who sign in at the same moment with the right password all get in', async (context) => {
  const { throttle } = open(context)
  const right = () => new Promise<boolean>((done) => setImmediate(done, true))

  const outcomes = await Promise.all(
    Array.from({ length: 80 }, () => throttle.run(signInRules('alice', here, true), right)),
  )

  assert.ok(outcomes.every((outcome) => outcome.kind === 'passed'))
})

test('an attempt that breaks gives its place back', async (context) => {
  const { throttle } = open(context)
  const fault = () => Promise.reject(new Error('broken'))
  for (let tries = 0; tries < 20; tries++) await assert.rejects(throttle.run(signInRules('alice', here, true), fault))

  assert.equal((await throttle.run(signInRules('alice', here, true), async () => true)).kind, 'passed')
})

function open(context: { after: (end: () => Promise<void>) => void }) {
  const store = openSqlite({ file: ':memory:' })
  context.after(() => store.close())
  const clock = createClock()
  const throttle = createThrottle(store, clock.now)

  return { clock, throttle, fail: (rules: ReturnType<typeof signInRules>) => throttle.run(rules, async () => false) }
}

test('[UI-06] where nobody can say who calls, one caller cannot lock out all others', () => {
  // req: CA-11
  assert.deepEqual(clientSecretRules('shop' as ClientId, 'unknown'), [])
  const rules = signInRules('li.wei', 'unknown', true)

  assert.ok(rules.length > 0, 'an account is still protected')
  assert.ok(rules.every((rule) => rule.key.startsWith('account ')))
})
