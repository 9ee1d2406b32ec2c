import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PasswordHasherBusy } from '../ports/password-hasher.ts'
import { seededRandom } from '../testing/index.ts'
import { createArgon2Hasher, halfOfTheMachine } from './argon2-hasher.ts'
import { formatArgon2Hash, parseArgon2Hash } from './argon2-phc.ts'

// Made by @node-rs/argon2 2.2.1; the costs of the last two are not ours.
const foreign = [
  [
    'maple-harbor-42',
    '$argon2id$v=19$m=19456,t=2,p=1$Q6Mr2uaVAymbLk6SAiViIQ$YjJwu6gIpgnjfQPUKfFFC4P3Y6ZUxuarIE41XoQQfJM',
  ],
  [
    'maple-harbor-42',
    '$argon2id$v=19$m=4096,t=3,p=1$As0XeccYsfJ1sLMzwwsh2Q$o3mqontdJTgYRzO5FIC+3Gd6IDwf3qle2wVWQKvU1jw',
  ],
  ['密码 Caf\u00E9', '$argon2id$v=19$m=1024,t=1,p=2$+1mu+Cn6M0OnRZ7egbJdWw$UcmK/X/IJelKKE/Zn0V2xQ'],
] as const

test('[CA-10] a password is kept as argon2id with 19 MiB, two passes and a salt of its own', async () => {
  const hasher = aHasher()

  const [one, other] = await Promise.all([hasher.hash('maple-harbor-42'), hasher.hash('maple-harbor-42')])

  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(one, other)
  assert.equal(await hasher.verify('maple-harbor-42', one), true)
  assert.equal(await hasher.verify('maple-harbor-43', one), false)
})

test('hashes that another argon2 made are understood, whatever they cost', async () => {
  const hasher = aHasher()

  for (const [password, stored] of foreign) {
    assert.equal(await hasher.verify(password, stored), true, stored)
    assert.equal(await hasher.verify(`${password}x`, stored), false, stored)
  }
})

test('a PHC string is written as it was read', () => {
  for (const [, stored] of foreign) assert.equal(formatArgon2Hash(parseArgon2Hash(stored)!), stored)
})

test('what is no argon2id hash, or costs beyond all bounds, is nobody’s password', async () => {
  const salt = 'Q6Mr2uaVAymbLk6SAiViIQ$YjJwu6gIpgnjfQPUKfFFC4P3Y6ZUxuarIE41XoQQfJM'
  const bad = [
    '',
    '$2b$12$abcdefghijklmnopqrstuv',
    `$argon2i$v=19$m=19456,t=2,p=1$${salt}`,
    `$argon2id$v=16$m=19456,t=2,p=1$${salt}`,
    `$argon2id$v=19$m=262145,t=2,p=1$${salt}`,
    `$argon2id$v=19$m=1024,t=17,p=1$${salt}`,
    `$argon2id$v=19$m=1024,t=0,p=1$${salt}`,
    `$argon2id$v=19$m=1024,t=1,p=17$${salt}`,
    `$argon2id$v=19$m=1024,t=1,p=0$${salt}`,
    `$argon2id$v=19$m=7,t=1,p=1$${salt}`,
    `$argon2id$v=19$m=1024,t=1,p=1$$`,
  ]
  for (const text of bad) assert.equal(parseArgon2Hash(text), undefined, text)
  assert.notEqual(parseArgon2Hash(`$argon2id$v=19$m=262144,t=16,p=16$${salt}`), undefined)

  assert.equal(await aHasher().verify('maple-harbor-42', '$2b$12$abcdefghijklmnopqrstuv'), false)
})

test('[HT-05] sign-ins take at most half of the cores and half of the threads, and one in any case', () => {
  const taken = [
    [undefined, 16],
    [undefined, 4],
    [undefined, 1],
    ['1', 16],
    ['64', 16],
    ['many', 2],
  ].map(([threads, cores]) => halfOfTheMachine(threads as string | undefined, cores as number))

  assert.deepEqual(taken, [2, 2, 1, 1, 8, 1])
})

test('[UI-05] for an account that is not there a hash is computed all the same, and nothing fits it', async () => {
  const hasher = aHasher({ concurrency: 1, maxWaiting: 0 })

  const verifying = hasher.verify('maple-harbor-42', undefined)

  // It holds the only place, so it is at work.
  await assert.rejects(hasher.verify('maple-harbor-42', undefined), PasswordHasherBusy)
  assert.equal(await verifying, false)
})

test('the event loop turns while a hash is computed', async () => {
  let turned = false
  setImmediate(() => (turned = true))

  await aHasher().hash('maple-harbor-42')

  assert.equal(turned, true)
})

test('what cannot wait any more is refused at once, what waits is served, and places come back', async () => {
  const hasher = aHasher({ concurrency: 1, maxWaiting: 2 })

  const hashes = Array.from({ length: 5 }, () => hasher.hash('maple-harbor-42'))
  const meanwhile = hasher.vitals?.()
  const outcomes = await Promise.allSettled(hashes)

  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  )
  assert.ok(outcomes.every((each) => each.status === 'fulfilled' || each.reason instanceof PasswordHasherBusy))
  assert.deepEqual(meanwhile, { running: 1, waiting: 2, refused: 2 })
  assert.deepEqual(hasher.vitals?.(), { running: 0, waiting: 0, refused: 2 })
  assert.equal(await hasher.verify('x', await hasher.hash('x')), true)
})

const aHasher = (limits: { concurrency?: number; maxWaiting?: number } = {}) =>
  createArgon2Hasher({ random: seededRandom('argon2'), ...limits })
