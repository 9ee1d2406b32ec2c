import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { addSeconds, seconds } from '../base/time.ts'
import { auditEvent } from '../ports/audit.ts'
import type { SealedKey, Store } from '../ports/store.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { createClock, morning, seededRandom, slowStore, type TestClock } from '../testing/index.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { rotationPolicy, type RotationPolicy } from './rotation.ts'

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
  algorithm: RotationPolicy['algorithm'] = 'ES256',
  key = secret,
): Promise<KeyRing> {
  const ports = { now: clock.now, random: (count: number) => randomBytes(count) }
  const nobody = { address: undefined, requestId: undefined }

  return createKeyRing({
    store,
    secret: key,
    now: clock.now,
    policy: rotationPolicy(seconds(600), algorithm),
    describe: (type, kids) => auditEvent(ports, nobody, type, 'done', { reason: kids }),
  })
}

const kidsOf = (ring: KeyRing) => ring.jwks().keys.map((key) => String(key['kid']))
const kidOf = (jwt: string) =>
  (JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid

test('[JAT-2.1-01] tokens of each algorithm pass another implementation that knows only the published keys', async () => {
  // req: JAT-2.2-01
  for (const algorithm of ['ES256', 'EdDSA', 'RS256', 'PS256'] as const) {
    const ring = await openRing(openStore(), createClock(), algorithm)
    const jwt = await ring.sign({ iss: 'https://as.example', sub: 'li.wei' }, 'at+jwt')

    const { payload, protectedHeader } = await jwtVerify(
      jwt,
      createLocalJWKSet(ring.jwks() as unknown as JSONWebKeySet),
      {
        typ: 'at+jwt',
        algorithms: [algorithm],
      },
    )

    assert.deepEqual(payload, { iss: 'https://as.example', sub: 'li.wei' })
    assert.equal(protectedHeader.alg, algorithm)
    assert.deepEqual(ring.algorithms, [algorithm])
  }
})

test('[MD-2-04] published keys are named, for signatures and of one algorithm, and hold nothing private', async () => {
  for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
    const ring = await openRing(openStore(), createClock(), algorithm)
    const [first, second] = ring.jwks().keys

    const members = { ES256: ['crv', 'x', 'y'], EdDSA: ['crv', 'x'], RS256: ['e', 'n'] }[algorithm]
    assert.deepEqual(Object.keys(first!).toSorted(), ['alg', 'kid', 'kty', 'use', ...members].toSorted())
    assert.deepEqual([first!['use'], first!['alg']], ['sig', algorithm])
    assert.notEqual(first!['kid'], second!['kid'])
  }
})

test('[OIDC-10.1.1-01] the key that follows is published from the first start, a month before it signs', async () => {
  const clock = createClock()
  const ring = await openRing(openStore(), clock)
  const [first, next] = kidsOf(ring)
  const before = await ring.sign({}, 'at+jwt')

  clock.set(addSeconds(morning, seconds(30 * day - 1)))
  const last = await ring.sign({}, 'at+jwt')
  clock.advance(seconds(1))
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

  await assert.rejects(openRing(store, clock, 'ES256', randomBytes(32)), /Start it with the secret they were made with/)

  assert.deepEqual((await store.loadSigningKeys()).map((key) => key.kid).toSorted(), kidsOf(ring).toSorted())
  await assert.rejects(openRing(openStore(), clock, 'ES256', randomBytes(31)), /at least 32 octets/)
})

test('a key that someone wrote into the store is not published', async () => {
  const clock = createClock()
  const [store, theirs] = [openStore(), openStore()]
  await openRing(store, clock)
  await openRing(theirs, clock, 'ES256', randomBytes(32))
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
