import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { addSeconds, instant, seconds, type Instant } from '../base/time.ts'
import {
  decideRotation,
  findSigningKey,
  plannedRetirement,
  rotationPolicy,
  type KeyFamilies,
  type RotationPolicy,
  type ScheduledKey,
} from './rotation.ts'

const policy: RotationPolicy = {
  algorithms: ['ES256'],
  period: seconds(1000),
  publishAhead: seconds(100),
  overlap: seconds(50),
}
const at = (second: number) => instant(second * 1000)
const aKey = (kid: string, activeFrom: number, alg = 'ES256'): ScheduledKey => ({
  kid,
  alg,
  activeFrom: at(activeFrom),
  retireAt: plannedRetirement(at(activeFrom), policy),
})
const signer = (keys: readonly ScheduledKey[], now: Instant, alg: SignatureAlgorithm = 'ES256') =>
  findSigningKey(keys, now, alg)?.kid
const create = (alg: SignatureAlgorithm, ...activeFrom: number[]) => ({
  kind: 'create',
  keys: activeFrom.map((each) => ({ alg, activeFrom: at(each) })),
})

test('[OIDC-10.1.1-01] an empty store gets a key that signs at once and one that will after a period', () => {
  assert.deepEqual(decideRotation([], at(0), policy), create('ES256', 0, 1000))
})

test('[OIDC-10.1.1-01] nothing happens until the next key begins to sign; from that instant on a further one is made', () => {
  const keys = [aKey('a', 0), aKey('b', 1000)]

  assert.deepEqual(decideRotation(keys, instant(999_999), policy), { kind: 'keep' })
  assert.equal(signer(keys, instant(999_999)), 'a')
  assert.deepEqual(decideRotation(keys, at(1000), policy), create('ES256', 2000))
  assert.equal(signer(keys, at(1000)), 'b')
})

test('[OIDC-10.1.1-01] a key that stopped signing leaves when its last token is dead, and not a millisecond before', () => {
  const keys = [aKey('a', 0), aKey('b', 1000), aKey('c', 2000)]

  assert.deepEqual(decideRotation(keys, instant(1_049_999), policy), { kind: 'keep' })
  assert.deepEqual(decideRotation(keys, at(1050), policy), { kind: 'retire', kid: 'a' })
})

test('[OIDC-10.1.1-01] a successor that comes late is published ahead all the same, and the old key signs on', () => {
  // Nothing ran from second 500 to 5000.
  const old = [aKey('a', 0), aKey('b', 1000)]
  const keys = [...old, aKey('c', 5100)]

  assert.deepEqual(decideRotation(old, at(1899), policy), create('ES256', 2000))
  assert.deepEqual(decideRotation(old, at(1901), policy), create('ES256', 2001))
  assert.deepEqual(decideRotation(old, at(5000), policy), create('ES256', 5100))
  assert.deepEqual(decideRotation(keys, at(5000), policy), { kind: 'retire', kid: 'a' })
  assert.equal(signer(keys, instant(5_099_999)), 'b')
  assert.equal(signer(keys, at(5100)), 'c')

  const later = [aKey('b', 1000), aKey('c', 5100), aKey('d', 6100)]
  assert.deepEqual(decideRotation(later, instant(5_149_999), policy), { kind: 'keep' })
  assert.deepEqual(decideRotation(later, at(5150), policy), { kind: 'retire', kid: 'b' })
})

test('[OIDC-10.1.1-01] each algorithm has a schedule of its own, and all that are new begin in one step', () => {
  const both: RotationPolicy = { ...policy, algorithms: ['ES256', 'RS256'] }
  const keys = [aKey('a', 0), aKey('b', 1000), aKey('r', 300, 'RS256'), aKey('s', 1300, 'RS256')]

  assert.deepEqual(decideRotation([], at(0), both), {
    kind: 'create',
    keys: [...create('ES256', 0, 1000).keys, ...create('RS256', 0, 1000).keys],
  })
  assert.deepEqual(decideRotation(keys, at(999), both), { kind: 'keep' })
  assert.deepEqual(decideRotation(keys, at(1000), both), create('ES256', 2000))
  assert.deepEqual(decideRotation([...keys, aKey('c', 2000)], at(1300), both), create('RS256', 2300))
  assert.deepEqual([signer(keys, at(1100)), signer(keys, at(1100), 'RS256')], ['b', 'r'])
})

test('[OIDC-10.1.1-01] an algorithm that is added has a key at once, since nobody can rely on another', () => {
  const both: RotationPolicy = { ...policy, algorithms: ['ES256', 'RS256'] }
  const old = [aKey('a', 0), aKey('b', 1000)]

  assert.equal(signer(old, at(500), 'RS256'), undefined)
  assert.deepEqual(decideRotation(old, at(500), both), create('RS256', 500, 1500))
})

test('[OIDC-10.1.1-01] an algorithm that is taken out gets no more keys, and what it has stays until its time is over', () => {
  const rsa: RotationPolicy = { ...policy, algorithms: ['RS256'] }
  const theirs = [aKey('r', 0, 'RS256'), aKey('s', 1000, 'RS256'), aKey('t', 2000, 'RS256'), aKey('u', 3000, 'RS256')]
  const keys = [aKey('a', 0), aKey('b', 1000), ...theirs]

  assert.deepEqual(decideRotation(keys, at(1001), rsa), { kind: 'keep' })
  assert.deepEqual(decideRotation(keys.slice(2, 5), at(1001), rsa), { kind: 'keep' })
  assert.deepEqual(decideRotation(keys.slice(0, 1), at(1001), rsa), create('RS256', 1001, 2001))
  assert.deepEqual(decideRotation(keys, instant(1_049_999), rsa), { kind: 'keep' })
  assert.deepEqual(decideRotation(keys, at(1050), rsa), { kind: 'retire', kid: 'a' })

  const later = [aKey('b', 1000), ...theirs.slice(2)]
  assert.deepEqual(decideRotation(later, instant(2_049_999), rsa), { kind: 'keep' })
  assert.deepEqual(decideRotation(later, at(2050), rsa), { kind: 'retire', kid: 'b' })
})

test('[OIDC-10.1.1-01] an algorithm that comes back in time signs with the key it had, until the next was published long enough', () => {
  const left = [aKey('a', 0), aKey('b', 1000)]

  assert.deepEqual(decideRotation(left, at(900), policy), { kind: 'keep' })
  assert.deepEqual(decideRotation(left, at(2010), policy), create('ES256', 2110))
  assert.equal(signer([...left, aKey('c', 2110)], at(2109)), 'b')
  // Whoever does not want it keeps the key as long as the others may use it.
  const rsa: RotationPolicy = { ...policy, algorithms: ['RS256'] }
  const keys = [aKey('b', 1000), aKey('c', 2110), aKey('r', 1900, 'RS256'), aKey('s', 2900, 'RS256')]
  assert.deepEqual(decideRotation(keys, instant(2_159_999), rsa), { kind: 'keep' })
  assert.deepEqual(decideRotation(keys, at(2160), rsa), { kind: 'retire', kid: 'b' })
})

test('[OIDC-10.1.1-01] a clock that went back signs with the first key and makes no more', () => {
  const keys = [aKey('a', 1000), aKey('b', 2000)]

  assert.equal(signer(keys, at(0)), 'a')
  assert.deepEqual(decideRotation(keys, at(0), policy), { kind: 'keep' })
})

/** What happens: the schedule is looked at, the server signs for `runs` seconds, then stands still until `wait` is over. */
interface Step {
  readonly wait: number
  readonly runs: number
  readonly algorithms: KeyFamilies
}

const steps = (longestRun: number, ...sets: KeyFamilies[]) =>
  fc.array(
    fc.record({
      wait: fc.integer({ min: 1, max: 1500 }),
      runs: fc.integer({ min: 1, max: longestRun }),
      algorithms: fc.constantFrom(...sets),
    }),
    { minLength: 1, maxLength: 40 },
  )

test('[OIDC-10.1.1-01] however seldom the schedule is looked at, no token meets a cache or a set without its key', () => {
  fc.assert(fc.property(steps(1500, ['ES256']), simulate), { numRuns: 200 })
  fc.assert(fc.property(steps(1500, ['ES256', 'RS256', 'EdDSA']), simulate), { numRuns: 200 })
})

test('[OIDC-10.1.1-01] nor does one when algorithms come and go again and again, at restarts', () => {
  const sets: KeyFamilies[] = [['ES256'], ['ES256', 'RS256'], ['RS256', 'EdDSA'], ['EdDSA', 'ES256', 'RS256']]

  fc.assert(fc.property(steps(100, ...sets), simulate), { numRuns: 400 })
})

function simulate(run: readonly Step[]): void {
  const published = new Map<string, Instant>()
  const lastSigned = new Map<string, Instant>()
  let keys: ScheduledKey[] = []
  let now = at(0)

  for (const { wait, runs, algorithms } of run) {
    const families = new Set(keys.map((key) => key.alg))
    keys = settle(keys, now, { ...policy, algorithms }, (key, left) => {
      const last = lastSigned.get(key.kid)
      if (left) assert.ok(last === undefined || now >= addSeconds(last, policy.overlap), `${key.kid} left too early`)
      // Of the first keys of an algorithm nobody can have cached another.
      else published.set(key.kid, families.has(key.alg) ? now : at(-100))
    })

    // It signs at the beginning and the end of the run, and around each change of keys between.
    const end = addSeconds(now, seconds(Math.min(wait, runs)))
    const changes = keys.map((key) => key.activeFrom).filter((each) => each > now && each < end)
    for (const moment of [now, ...changes.flatMap((each) => [instant(each - 1), each]), instant(end - 1)]) {
      for (const alg of algorithms) {
        const key = findSigningKey(keys, moment, alg)
        assert.equal(key?.alg, alg)
        assert.ok(moment >= addSeconds(published.get(key.kid)!, policy.publishAhead), `${key.kid} signs too early`)
        lastSigned.set(key.kid, moment)
      }
    }
    now = addSeconds(now, seconds(wait))
  }
  for (const alg of ['ES256', 'RS256', 'EdDSA']) assert.ok(keys.filter((key) => key.alg === alg).length <= 4)
}

function settle(
  keys: readonly ScheduledKey[],
  now: Instant,
  mine: RotationPolicy,
  seen: (key: ScheduledKey, left: boolean) => void,
): ScheduledKey[] {
  let set = [...keys]
  for (let step = 0; step < 50; step += 1) {
    const rotation = decideRotation(set, now, mine)
    if (rotation.kind === 'keep') return set
    if (rotation.kind === 'retire') {
      seen(
        set.find((key) => key.kid === rotation.kid)!,
        true,
      )
      set = set.filter((key) => key.kid !== rotation.kid)
      continue
    }
    const made = rotation.keys.map(({ alg, activeFrom }) => ({
      kid: `${alg} ${activeFrom} made ${now}`,
      alg,
      activeFrom,
      retireAt: plannedRetirement(activeFrom, mine),
    }))
    made.forEach((key) => seen(key, false))
    set = [...set, ...made]
  }
  throw new Error('the set did not settle')
}

test('[OIDC-10.1.1-01] by default a key signs for 30 days, is published a day ahead and outlives its tokens by an hour', () => {
  assert.deepEqual(rotationPolicy(seconds(600)), {
    algorithms: ['ES256'],
    period: 2_592_000,
    publishAhead: 86_400,
    overlap: 4200,
  })
})
