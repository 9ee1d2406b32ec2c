import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { addSeconds, seconds, type Instant } from '../base/time.ts'
import { signatureAlgorithms } from '../jose/algorithms.ts'
import { auditEvent } from '../ports/audit.ts'
import type { SealedKey, Store } from '../ports/store.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { anEvent, createClock, morning, seededRandom, slowStore, type TestClock } from '../testing/index.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { rotationPolicy, type KeyFamilies } from './rotation.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-keys-'))
const opened: Store[] = []
after(async () => {
  await Promise.all(opened.map((store) => store.close()))
  rmSync(folder, { recursive: true })
})

function openStore(file = `${randomBytes(8).toString('hex')}.db`): Store {
  const store = openSqlite({ file: join(folder, file) })
  opened.push(store)
  return store
}

const secret = randomBytes(32)
const day = 86_400

function openRing(
  store: Store,
  clock: TestClock,
  algorithms: KeyFamilies = ['ES256'],
  key = secret,
  untilOthersPublish = async () => {},
): Promise<KeyRing> {
  const ports = { now: clock.now, random: (count: number) => randomBytes(count) }
  const nobody = { address: undefined, requestId: undefined }

  return createKeyRing({
    store,
    secret: key,
    untilOthersPublish,
    now: clock.now,
    policy: rotationPolicy(seconds(600), algorithms),
    describe: (type, kids) => auditEvent(ports, nobody, type, 'done', { reason: kids }),
  })
}

const kidsOf = (ring: KeyRing) => ring.jwks().keys.map((key) => String(key['kid']))
const headerOf = (jwt: string) =>
  JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString()) as { alg: string; kid: string }
const kidOf = (jwt: string) => headerOf(jwt).kid

/** All that there are, ES256 first. */
const everyAlgorithm = signatureAlgorithms as KeyFamilies

test('[JAT-2.1-01] tokens of each algorithm pass another implementation that knows only the published keys', async () => {
  // req: JAT-2.2-01
  const ring = await openRing(openStore(), createClock(), everyAlgorithm)
  const published = createLocalJWKSet(ring.jwks() as unknown as JSONWebKeySet)

  for (const algorithm of everyAlgorithm) {
    const jwt = await ring.sign({ iss: 'https://as.example', sub: 'li.wei' }, 'at+jwt', algorithm)

    const { payload, protectedHeader } = await jwtVerify(jwt, published, { typ: 'at+jwt', algorithms: [algorithm] })

    assert.deepEqual(payload, { iss: 'https://as.example', sub: 'li.wei' })
    assert.equal(protectedHeader.alg, algorithm)
    assert.deepEqual(await ring.verify(jwt, 'at+jwt'), payload)
  }
  assert.deepEqual(ring.algorithms, everyAlgorithm)
})

test('[MD-2-04] published keys are for signatures and of one algorithm, and hold nothing private', async () => {
  const ring = await openRing(openStore(), createClock(), everyAlgorithm)
  const members: Readonly<Record<string, readonly string[]>> = {
    EC: ['crv', 'x', 'y'],
    OKP: ['crv', 'x'],
    RSA: ['e', 'n'],
    AKP: ['pub'],
  }

  for (const key of ring.jwks().keys) {
    const own = members[String(key['kty'])] ?? []
    assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'kid', 'kty', 'use', ...own].toSorted())
    assert.equal(key['use'], 'sig')
  }
})

test('[FAPI-5.4.2-01] keys of all algorithms are published side by side, two for each, and no two have one name', async () => {
  const ring = await openRing(openStore(), createClock(), everyAlgorithm)
  const { keys } = ring.jwks()

  for (const alg of everyAlgorithm) assert.equal(keys.filter((key) => key['alg'] === alg).length, 2, alg)
  assert.equal(new Set(kidsOf(ring)).size, keys.length)
})

test('[JWT-3.1-01] the first algorithm signs unless another is asked for, and one without a key rejects', async () => {
  const clock = createClock()
  const store = openStore()
  const ring = await openRing(store, clock, ['EdDSA', 'ES256'])

  assert.equal(headerOf(await ring.sign({}, 'at+jwt')).alg, 'EdDSA')
  assert.equal(headerOf(await ring.sign({}, 'at+jwt', 'ES256')).alg, 'ES256')
  await assert.rejects(ring.sign({}, 'at+jwt', 'RS256'), /has no key for it/)
  const good = await Promise.allSettled([ring.sign({}, 'at+jwt', 'RS256'), ring.sign({}, 'at+jwt')])
  assert.deepEqual(
    good.map((each) => each.status),
    ['rejected', 'fulfilled'],
  )
})

test('[OIDC-10.1.1-01] an algorithm that is taken out signs nothing more, and what it signed verifies on', async () => {
  const clock = createClock()
  const store = openStore()
  const before = await openRing(store, clock, ['ES256', 'EdDSA'])
  const jwt = await before.sign({ sub: 'li.wei' }, 'at+jwt', 'EdDSA')

  const ring = await openRing(store, clock)

  await assert.rejects(ring.sign({}, 'at+jwt', 'EdDSA'), /has no key for it/)
  assert.deepEqual(ring.algorithms, ['ES256'])
  assert.deepEqual(await ring.verify(jwt, 'at+jwt'), { sub: 'li.wei' })
  assert.deepEqual(new Set(kidsOf(ring)), new Set(kidsOf(before)))
})

test('[OIDC-10.1.1-01] an instance that runs on knows the key of an algorithm that another began with just now', async () => {
  const clock = createClock()
  const store = openStore()
  const old = await openRing(store, clock)
  const fresh = await openRing(store, clock, ['EdDSA', 'ES256'])

  const jwt = await fresh.sign({ sub: 'li.wei' }, 'at+jwt')

  assert.deepEqual(await old.verify(jwt, 'at+jwt'), { sub: 'li.wei' })
  assert.deepEqual(kidsOf(old), kidsOf(fresh))
})

test('[OIDC-10.1.1-01] a key signs only after instances that may run have had time to publish it, but the first ones at once', async () => {
  const clock = createClock()
  const store = openStore()
  let waits = 0
  const open = (algorithms: KeyFamilies) => openRing(store, clock, algorithms, secret, async () => void (waits += 1))
  await open(['ES256'])
  await open(['ES256'])
  assert.equal(waits, 0)

  clock.advance(seconds(60))
  await open(['ES256', 'EdDSA'])
  // Whoever finds it there when it is a moment old does not know how long the others have had it.
  await open(['EdDSA'])
  await open(['ES256'])
  assert.equal(waits, 2)

  clock.advance(seconds(2))
  await open(['EdDSA'])
  assert.equal(waits, 2)
})

test('keys for an algorithm that this runtime does not have stop the start, and the message names it', async () => {
  const clock = createClock()
  const store = openStore()
  await openRing(store, clock)
  const stored = (await store.loadSigningKeys()).map((key): SealedKey => ({ ...key, alg: 'ML-DSA-87' }))

  await assert.rejects(
    openRing({ ...store, loadSigningKeys: async () => stored }, clock),
    /for ML-DSA-87 in the store, which this runtime does not have/,
  )
})

test('[OIDC-10.1.1-01] the key that follows is published from the first start, a month before it signs', async () => {
  const clock = createClock()
  const ring = await openRing(openStore(), clock)
  const [first, next] = kidsOf(ring)
  const before = await ring.sign({}, 'at+jwt')

  clock.set(addSeconds(morning, seconds(30 * day - 1)))
  const last = await ring.sign({}, 'at+jwt')
  assert.deepEqual(ring.vitals(), [{ alg: 'ES256', age: 30 * day - 1, untilNext: 1 }])
  clock.advance(seconds(1))
  assert.deepEqual(ring.vitals(), [{ alg: 'ES256', age: 0, untilNext: undefined }])
  const after30Days = await ring.sign({}, 'at+jwt')

  assert.equal(kidsOf(ring).length, 2)
  assert.deepEqual([before, last, after30Days].map(kidOf), [first, first, next])
  assert.notEqual(await ring.verify(before, 'at+jwt'), undefined)
})

test('[OIDC-10.1.1-01] a retired key is published until its last token is dead, then it is gone, with an audit event each', async () => {
  const clock = createClock()
  const store = openStore()
  const ring = await openRing(store, clock)
  const [first, second] = kidsOf(ring)
  clock.set(addSeconds(morning, seconds(30 * day - 1)))
  const jwt = await ring.sign({ sub: 'li.wei' }, 'at+jwt')

  clock.set(addSeconds(morning, seconds(30 * day + 4200 - 1)))
  await ring.rotateIfDue()
  assert.deepEqual(kidsOf(ring).slice(0, 2), [first, second])
  assert.deepEqual(await ring.verify(jwt, 'at+jwt'), { sub: 'li.wei' })

  clock.advance(seconds(1))
  await ring.rotateIfDue()
  assert.equal(kidsOf(ring).length, 2)
  assert.equal(kidsOf(ring)[0], second)
  assert.equal(await ring.verify(jwt, 'at+jwt'), undefined)

  const third = kidsOf(ring)[1]
  const events = await store.listAudit(undefined, 100)
  assert.deepEqual(
    events.map(({ type, reason }) => [type, reason]),
    [
      ['key_created', events[0]?.reason],
      ['key_created', third],
      ['key_retired', first],
    ],
  )
  assert.deepEqual(new Set(events[0]?.reason?.split(' ')), new Set([first, second]))
})

test('keys outlive a restart, and a ring that waits for nothing writes nothing', async () => {
  const clock = createClock()
  const store = openStore()
  const before = await openRing(store, clock)
  const jwt = await before.sign({ sub: 'li.wei' }, 'at+jwt')

  const again = await openRing(store, clock)
  await again.rotateIfDue()

  assert.deepEqual(kidsOf(again), kidsOf(before))
  assert.deepEqual(await again.verify(jwt, 'at+jwt'), { sub: 'li.wei' })
  assert.equal((await store.listAudit(undefined, 100)).length, 1)
})

test('another secret stops the start, says what to do, and leaves the keys as they were', async () => {
  const clock = createClock()
  const store = openStore()
  const ring = await openRing(store, clock)

  await assert.rejects(
    openRing(store, clock, ['ES256'], randomBytes(32)),
    /Start it with the secret they were made with/,
  )

  assert.deepEqual((await store.loadSigningKeys()).map((key) => key.kid).toSorted(), kidsOf(ring).toSorted())
  await assert.rejects(openRing(openStore(), clock, ['ES256'], randomBytes(31)), /at least 32 octets/)
})

test('a key that someone wrote into the store is not published', async () => {
  const clock = createClock()
  const [store, theirs] = [openStore(), openStore()]
  await openRing(store, clock)
  await openRing(theirs, clock, ['ES256'], randomBytes(32))
  const [mine, planted] = [await store.loadSigningKeys(), await theirs.loadSigningKeys()]
  const swapped = mine.map((key, index): SealedKey => ({ ...key, publicJwk: planted[index]!.publicJwk }))
  const relabelled = mine.map((key): SealedKey => ({ ...key, alg: 'EdDSA' }))
  const reading = (keys: readonly SealedKey[]): Store => ({ ...store, loadSigningKeys: async () => keys })

  const ring = await openRing(reading(swapped), clock)
  const published = ring.jwks().keys.map((key) => String(key['x']))
  assert.deepEqual(published.toSorted(), mine.map((key) => String(key.publicJwk['x'])).toSorted())
  await assert.rejects(openRing(reading([...mine, ...planted]), clock), /cannot be opened/)
  await assert.rejects(openRing(reading(relabelled), clock), /cannot be opened/)
})

test('[OIDC-10.1.1-01] instances that start and rotate at the same moment end with one set, on two connections', async () => {
  const clock = createClock()
  const stores = [openStore('race.db'), openStore('race.db')].map((store, index) =>
    slowStore(store, seededRandom(index)),
  )

  const rings = await Promise.all([...stores, ...stores].map((store) => openRing(store, clock)))
  const first = rings.map((ring) => kidsOf(ring))
  clock.set(addSeconds(morning, seconds(31 * day)))
  await Promise.all(rings.map((ring) => ring.rotateIfDue()))
  const second = rings.map((ring) => kidsOf(ring))

  assert.deepEqual(first, Array(4).fill(first[0]))
  assert.deepEqual(second, Array(4).fill(second[0]))
  assert.equal(second[0]!.length, 2)
  assert.equal(second[0]![0], first[0]![1])
  const jwt = await rings[0]!.sign({ sub: 'li.wei' }, 'at+jwt')
  assert.deepEqual(await rings[3]!.verify(jwt, 'at+jwt'), { sub: 'li.wei' })
})

/** A store that is shared, asynchronous and compares before it writes, like the real one; only faster. */
function sharedKeys(): Pick<Store, 'loadSigningKeys' | 'changeSigningKeys'> {
  let keys: readonly SealedKey[] = []

  return {
    loadSigningKeys: async () => keys,
    changeSigningKeys: async ({ seen, add, remove }) => {
      if (keys.length !== seen.length || !keys.every((key) => seen.includes(key.kid))) return false
      keys = [...keys.filter((key) => !remove.includes(key.kid)), ...add]
      return true
    },
  }
}

const quick = { period: seconds(300), publishAhead: seconds(100), overlap: seconds(150) }

/** Seconds pass, then one instance or both look at the schedule, perhaps after a restart with other algorithms. */
const events = fc.array(
  fc.record({
    pass: fc.integer({ min: 1, max: 90 }),
    who: fc.constantFrom<readonly number[]>([0], [1], [0, 1]),
    restart: fc.option(fc.constantFrom<KeyFamilies[]>(['ES256'], ['EdDSA'], ['ES256', 'EdDSA'], ['EdDSA', 'ES256']), {
      freq: 4,
    }),
  }),
  { minLength: 20, maxLength: 60 },
)

test('[OIDC-10.1.1-01] at every instant every live token verifies at both instances, whatever they do and whoever is first', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (run) => {
      const clock = createClock()
      const store = sharedKeys()
      const open = (algorithms: KeyFamilies) =>
        createKeyRing({ store, secret, now: clock.now, policy: { ...quick, algorithms }, describe: () => anEvent() })
      const rings = await Promise.all([open(['ES256']), open(['ES256', 'EdDSA'])])
      let live: { readonly jwt: string; readonly until: Instant }[] = []
      const looked = [clock.now(), clock.now()]

      for (const { pass, who, restart } of run) {
        clock.advance(seconds(pass))
        // No instance that runs looks away for longer: several times within `publishAhead`, as `rotateIfDue` wants it.
        const late = [0, 1].filter((each) => clock.now() - looked[each]! > 60_000)
        await Promise.all(
          [...new Set([...who, ...late])].map(async (each) => {
            looked[each] = clock.now()
            if (restart !== null && who.includes(each)) rings[each] = await open(restart)
            else await rings[each]!.rotateIfDue()
          }),
        )
        for (const ring of rings) {
          const until = addSeconds(clock.now(), quick.overlap)
          for (const alg of ring.algorithms) live.push({ jwt: await ring.sign({ alg }, 'at+jwt', alg), until })
        }
        live = live.filter(({ until }) => until > clock.now())
        for (const { jwt } of live) for (const ring of rings) assert.ok(await ring.verify(jwt, 'at+jwt'))
      }
      for (const ring of rings) assert.equal(new Set(kidsOf(ring)).size, kidsOf(ring).length)
    }),
    { numRuns: 6 },
  )
})

test('a store that cannot answer fails the rotation, and the keys at hand go on signing', async () => {
  const clock = createClock()
  const store = openStore()
  const ring = await openRing(store, clock)
  clock.set(addSeconds(morning, seconds(40 * day)))
  await store.close()

  await assert.rejects(ring.rotateIfDue())

  const jwt = await ring.sign({ sub: 'li.wei' }, 'at+jwt')
  assert.deepEqual(await ring.verify(jwt, 'at+jwt'), { sub: 'li.wei' })
})

test('[JWT-3.11-01] only JWTs of the kind asked for are ours, whole and with a signature of ours', async () => {
  const clock = createClock()
  const [ring, other] = [await openRing(openStore(), clock), await openRing(openStore(), clock)]
  const jwt = await ring.sign({ sub: 'li.wei' }, 'at+jwt')

  assert.equal(await ring.verify(jwt, 'logout+jwt'), undefined)
  assert.equal(await ring.verify(`${jwt}A`, 'at+jwt'), undefined)
  assert.equal(await ring.verify(await other.sign({ sub: 'li.wei' }, 'at+jwt'), 'at+jwt'), undefined)
  assert.equal(await ring.verify('hat_something', 'at+jwt'), undefined)
})
