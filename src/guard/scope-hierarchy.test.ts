import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accessTokenClaims,
  aJwt,
  aSigningKey,
  createTestIssuer,
  requestWith,
  testResource,
} from '../testing/test-issuer.ts'
import { createGuard } from './guard.ts'
import { missingScope } from './scope-hierarchy.ts'

test('[MCP-RS-3-01] a scope that stands for another is good for it, and for nothing else', () => {
  // req: RS-04
  const hierarchy = { 'notes.write': ['notes.read'], admin: ['notes.write', 'notes.read'] }
  const lacks = (needed: string, held: string) => missingScope(needed.split(' '), held.split(' '), hierarchy).join(' ')

  assert.equal(lacks('notes.read', 'notes.write'), '')
  assert.equal(lacks('notes.read notes.write', 'notes.write'), '')
  assert.equal(lacks('notes.write', 'notes.read'), 'notes.write')
  assert.equal(lacks('notes.read notes.write', 'admin'), '')
  assert.equal(lacks('admin', 'notes.read notes.write'), 'admin')
  for (const word of ['notes.writeX', 'NOTES.WRITE', 'constructor', '__proto__', 'toString'])
    assert.equal(lacks('notes.read', word), 'notes.read', word)
  // One step: what stands for one that stands for another says so itself.
  assert.deepEqual(missingScope(['c'], ['a'], { a: ['b'], b: ['c'] }), ['c'])
})

test('[MCP-RS-3-01] the guard honours a hierarchy it was told, tells the API what the token says, and asks for no more than a route needs', async () => {
  const start = 1_800_000_000
  const key = aSigningKey('key-1')
  const issuer = createTestIssuer()
  issuer.keys = [key.jwk]
  const options = { resource: testResource, issuer: issuer.issuer, fetch: issuer.fetch, now: () => start * 1000 }
  const told = createGuard({ ...options, scopeHierarchy: { 'orders.write': ['orders.read'] } })
  const untold = createGuard(options)
  const ask = (guard: typeof told, scope: string, needed: string) =>
    guard.admit(requestWith(`Bearer ${aJwt(key.signing, accessTokenClaims(start, { scope }))}`), { scope: [needed] })

  const wider = await ask(told, 'orders.write', 'orders.read')
  const narrower = await ask(told, 'orders.read', 'orders.write')

  assert.equal(wider.ok, true)
  assert.deepEqual(wider.ok && wider.caller.scope, ['orders.write'])
  assert.equal(narrower.ok, false)
  assert.match((!narrower.ok && narrower.response.headers['www-authenticate']) || '', / scope="orders.write"/)
  assert.equal((await ask(untold, 'orders.write', 'orders.read')).ok, false)
})

test('[MCP-RS-3-01] a hierarchy of words that are no scopes is refused at the start', () => {
  const start = (scopeHierarchy: Record<string, string[]>) => () =>
    createGuard({ resource: testResource, issuer: 'https://auth.example.com', scopeHierarchy })

  assert.doesNotThrow(start({ write: ['read'] }))
  for (const bad of [{ 'a b': ['read'] }, { write: ['re ad'] }, { write: [''] }, { write: ['offline_access'] }])
    assert.throws(start(bad), /scopeHierarchy/)
})
