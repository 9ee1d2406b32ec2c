import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addSeconds, instant, seconds, type Instant } from '../base/time.ts'
import {
  decideRotation,
  findSigningKey,
  plannedRetirement,
  rotationPolicy,
  type RotationPolicy,
  type ScheduledKey,
} from './rotation.ts'

const policy: RotationPolicy = {
  algorithm: 'ES256',
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
const signer = (keys: readonly ScheduledKey[], now: Instant, algorithm = 'ES256') =>
  findSigningKey(keys, now, algorithm)?.kid

test('[OIDC-10.1.1-01] an empty store gets a key that signs at once and one that will after a period', () => {
  assert.deepEqual(decideRotation([], at(0), policy), { kind: 'create', activeFrom: [at(0), at(1000)] })
})

test('[OIDC-10.1.1-01] nothing happens until the next key begins to sign; from that instant on a further one is made', () => {
  const keys = [aKey('a', 0), aKey('b', 1000)]

  assert.deepEqual(decideRotation(keys, instant(999_999), policy), { kind: 'keep' })
  assert.equal(signer(keys, instant(999_999)), 'a')
  assert.deepEqual(decideRotation(keys, at(1000), policy), { kind: 'create', activeFrom: [at(2000)] })
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

  assert.deepEqual(decideRotation(old, at(1899), policy), { kind: 'create', activeFrom: [at(2000)] })
  assert.deepEqual(decideRotation(old, at(1901), policy), { kind: 'create', activeFrom: [at(2001)] })
  assert.deepEqual(decideRotation(old, at(5000), policy), { kind: 'create', activeFrom: [at(5100)] })
  assert.deepEqual(decideRotation(keys, at(5000), policy), { kind: 'retire', kid: 'a' })
  assert.equal(signer(keys, instant(5_099_999)), 'b')
  assert.equal(signer(keys, at(5100)), 'c')

  const later = [aKey('b', 1000), aKey('c', 5100), aKey('d', 6100)]
  assert.deepEqual(decideRotation(later, instant(5_149_999), policy), { kind: 'keep' })
  assert.deepEqual(decideRotation(later, at(5150), policy), { kind: 'retire', kid: 'b' })
})

test('[OIDC-10.1.1-01] a new algorithm is published ahead; until then the old one signs, and afterwards leaves', () => {
  const rs256 = { ...policy, algorithm: 'RS256' } as const
  const old = [aKey('a', 0), aKey('b', 1000)]
  const keys = [...old, aKey('r', 600, 'RS256')]

  assert.deepEqual(decideRotation(old, at(500), rs256), { kind: 'create', activeFrom: [at(600)] })
  assert.equal(signer(keys, instant(599_999), 'RS256'), 'a')
  assert.equal(signer(keys, at(600), 'RS256'), 'r')
  assert.equal(signer(keys, at(1001), 'RS256'), 'r')

  // The old algorithm signed until the new one took over, long after its own time.
  const neglected = [aKey('b', 1000), aKey('r', 9000, 'RS256'), aKey('s', 10_000, 'RS256')]
  assert.deepEqual(decideRotation(neglected, instant(9_049_999), rs256), { kind: 'keep' })
  assert.deepEqual(decideRotation(neglected, at(9050), rs256), { kind: 'retire', kid: 'b' })
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
  readonly algorithm: RotationPolicy['algorithm']
}

const steps = (longestRun: number, ...algorithms: RotationPolicy['algorithm'][]) =>
  fc.array(
    fc.record({
      wait: fc.integer({ min: 1, max: 1500 }),
      runs: fc.integer({ min: 1, max: longestRun }),
      algorithm: fc.constantFrom(...algorithms),
    }),
    { minLength: 1, maxLength: 40 },
  )

test('[OIDC-10.1.1-01] however seldom the schedule is looked at, no token meets a cache or a set without its key', () => {
  fc.assert(fc.property(steps(1500, 'ES256'), simulate), { numRuns: 300 })
})

test('[OIDC-10.1.1-01] nor does one when the algorithm changes again and again, at restarts', () => {
  fc.assert(fc.property(steps(100, 'ES256', 'ES256', 'RS256', 'EdDSA'), simulate), { numRuns: 300 })
})

function simulate(run: readonly Step[]): void {
  const published = new Map<string, Instant>()
  const lastSigned = new Map<string, Instant>()
  let keys: ScheduledKey[] = []
  let now = at(0)

  for (const { wait, runs, algorithm } of run) {
    const isFirst = keys.length === 0
    keys = settle(keys, now, { ...policy, algorithm }, (kid, left) => {
      const last = lastSigned.get(kid)
      if (left) assert.ok(last === undefined || now >= addSeconds(last, policy.overlap), `${kid} left too early`)
      else published.set(kid, isFirst ? at(-100) : now)
    })

    // It signs at the beginning and the end of the run, and around each change of keys between.
    const end = addSeconds(now, seconds(Math.min(wait, runs)))
    const changes = keys.map((key) => key.activeFrom).filter((each) => each > now && each < end)
    for (const moment of [now, ...changes.flatMap((each) => [instant(each - 1), each]), instant(end - 1)]) {
      const key = findSigningKey(keys, moment, algorithm)
      assert.ok(key !== undefined)
      assert.ok(moment >= addSeconds(published.get(key.kid)!, policy.publishAhead), `${key.kid} signs too early`)
      lastSigned.set(key.kid, moment)
    }
    now = addSeconds(now, seconds(wait))
  }
  assert.ok(keys.length <= 12)
}

function settle(
  keys: readonly ScheduledKey[],
  now: Instant,
  mine: RotationPolicy,
  seen: (kid: string, left: boolean) => void,
): ScheduledKey[] {
  let set = [...keys]
  for (let step = 0; step < 50; step += 1) {
    const rotation = decideRotation(set, now, mine)
    if (rotation.kind === 'keep') return set
    if (rotation.kind === 'retire') {
      seen(rotation.kid, true)
      set = set.filter((key) => key.kid !== rotation.kid)
      continue
    }
    for (const activeFrom of rotation.activeFrom) {
      const kid = `${mine.algorithm} ${activeFrom} made ${now}`
      seen(kid, false)
      set.push({ kid, alg: mine.algorithm, activeFrom, retireAt: plannedRetirement(activeFrom, mine) })
    }
  }
  throw new Error('the set did not settle')
}

test('[OIDC-10.1.1-01] by default a key signs for 30 days, is published a day ahead and outlives its tokens by an hour', () => {
  assert.deepEqual(rotationPolicy(seconds(600)), {
    algorithm: 'ES256',
    period: 2_592_000,
    publishAhead: 86_400,
    overlap: 4200,
  })
})
