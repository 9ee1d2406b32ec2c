import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { formatCredential } from '../../../src/protocol/credential.ts'
import { assertRefused, nativeApp, startRegistration } from '../../support/registration.ts'
import type { RegistrationServer } from '../../support/registration.ts'

let as: RegistrationServer
before(async () => void (as = await startRegistration({ features: { registration: 'token' } })))
after(() => as.close())

async function aToken(options: Parameters<RegistrationServer['server']['createRegistrationToken']>[0] = {}) {
  const made = await as.server.createRegistrationToken(options)
  assert.ok(made.ok)

  return made.value.token
}

const idOf = (token: string) => Buffer.from(token.slice(4), 'base64url').toString('hex', 0, 16)

const by = (token: string) => ({ authorization: `Bearer ${token}` })

test('[DCR-3.2.2-01] where a token is needed, nobody registers without a good one', async () => {
  // req: DCR-3-01, RG-10
  const token = await aToken()
  const made = await as.post(nativeApp, by(token))
  const { registration_access_token } = (await made.json()) as { registration_access_token: string }
  const wrong = [
    {},
    by(token),
    by(registration_access_token),
    by('hia_'.padEnd(74, 'A')),
    by(formatCredential('initial_access_token', { id: idOf(await aToken()), generation: 0, secret: randomBytes(32) })),
    by(`${token}A`),
    by(''),
    { authorization: token },
    { authorization: `Basic ${token}` },
  ]

  assert.equal(made.status, 201)
  for (const headers of wrong) await assertRefused(await as.post(nativeApp, headers), 401, 'invalid_token')
  await assertRefused(
    await as.post({ ...nativeApp, initial_access_token: token, access_token: token }),
    401,
    'invalid_token',
  )
})

test('[RG-10] a token is good for so many clients and so long, and a registration that fails uses none up', async () => {
  const token = await aToken({ uses: 2, lifetime: 600 })

  await assertRefused(await as.post({ ...nativeApp, redirect_uris: [] }, by(token)), 400, 'invalid_redirect_uri')
  assert.equal((await as.post(nativeApp, by(token))).status, 201)
  as.later(599)
  const both = await Promise.all([as.post(nativeApp, by(token)), as.post(nativeApp, by(token))])
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([201, 401]))

  const short = await aToken({ uses: 5, lifetime: 60 })
  as.later(60)
  await assertRefused(await as.post(nativeApp, by(short)), 401, 'invalid_token')
})

test('[RG-10] who holds a token of the operator is not held up by the limit for everybody', async () => {
  as.later(86_400)
  const token = await aToken({ uses: 40 })

  const answers = await Promise.all(Array.from({ length: 40 }, () => as.post(nativeApp, by(token))))

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]))
})

test('[RG-10] guessing at tokens is slowed down', async () => {
  as.later(86_400)
  const answers = await Promise.all(Array.from({ length: 25 }, () => as.post(nativeApp)))

  assert.equal(answers.filter(({ status }) => status === 401).length, 20)
  assert.equal(answers.filter(({ status }) => status === 429).length, 5)
})

test('[RG-10] a token that could not be is not made, and one that is made is kept as its hash', async () => {
  as.later(86_400)
  for (const options of [{ uses: 0 }, { uses: 1.5 }, { uses: 100_001 }, { lifetime: 59 }, { lifetime: 31_622_401 }]) {
    const made = await as.server.createRegistrationToken(options)
    assert.match(made.ok ? '' : made.error, new RegExp(`^${Object.keys(options)[0]}: `))
  }
  const token = await aToken()
  const bytes = Buffer.from(token.slice(4), 'base64url')
  const stored = await as.store.findRegistrationToken(bytes.toString('hex', 0, 16) as never)

  assert.match(stored?.secretHash ?? '', /^[0-9a-f]{64}$/)
  assert.notEqual(stored?.secretHash, bytes.toString('hex', 16, 48))
})
