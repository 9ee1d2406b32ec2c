import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aCode, anAuthorization, aRedemption, aRotation } from '../../testing/index.ts'
import { clientTable } from './clients.ts'
import { createRecent } from './recent.ts'

const done = { kind: 'done' } as const
const lost = { kind: 'already_redeemed', authorizationId: undefined } as const

test('a code is remembered until it is redeemed, whoever was first', () => {
  for (const outcome of [done, lost]) {
    const recent = createRecent(clientTable())
    const code = aCode()
    recent.issued(code)
    assert.equal(recent.code(code.id), code)

    recent.committed(aRedemption(code), outcome)

    assert.equal(recent.code(code.id), undefined)
  }
})

test('an authorization is remembered as it stands after each rotation, and not where another was faster', () => {
  const recent = createRecent(clientTable())
  const authorization = anAuthorization()
  const rotation = aRotation(authorization)
  recent.committed(aRedemption(aCode(), { authorization }), done)

  recent.committed(rotation, done)
  const { redeem } = rotation
  assert.ok(redeem?.kind === 'refresh_token')
  assert.deepEqual(recent.authorization(authorization.id), {
    ...authorization,
    refresh: redeem.chain,
    endsAt: redeem.endsAt,
  })

  recent.committed(rotation, lost)
  assert.equal(recent.authorization(authorization.id), undefined)
})

test('of two reads that overtook each other the later state stays, and what is ended is not kept', () => {
  const recent = createRecent(clientTable())
  const authorization = anAuthorization()
  const rotation = aRotation(authorization)
  recent.met(authorization)
  recent.committed(rotation, done)

  recent.met(authorization)
  assert.equal(recent.authorization(authorization.id)?.refresh?.generation, authorization.refresh!.generation + 1)

  const ended = anAuthorization({ revokedAt: authorization.createdAt })
  recent.met(ended)
  assert.equal(recent.authorization(ended.id), undefined)
})

test('no more than two thousand of a kind are kept: the one that was not touched for longest leaves', () => {
  const recent = createRecent(clientTable())
  const codes = Array.from({ length: 2001 }, () => aCode())
  for (const code of codes) recent.issued(code)

  assert.equal(recent.code(codes[0]!.id), undefined)
  assert.equal(recent.code(codes[1]!.id), codes[1])
  assert.equal(recent.code(codes[2000]!.id), codes[2000])
})
