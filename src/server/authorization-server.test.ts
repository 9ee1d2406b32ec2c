import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { listen } from '../http/node.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { createAuthorizationServer } from './authorization-server.ts'

const issuer = 'https://as.example'
const aSecret = () => randomBytes(32).toString('base64url')

test('a server answers from the moment it is made, without anything to wait for', async (t) => {
  const store = openSqlite({ file: ':memory:' })
  const server = createAuthorizationServer({ issuer, store, secret: aSecret() })
  t.after(() => server.close())

  const answer = await server.fetch(new Request(`${issuer}/.well-known/jwks.json`))

  assert.equal(answer.status, 200)
  assert.ok(((await answer.json()) as { keys: unknown[] }).keys.length > 0)
})

test('[LG-02] keys that were sealed with another secret are never replaced: nothing is answered and no port is opened', async () => {
  const store = openSqlite({ file: ':memory:' })
  const first = createAuthorizationServer({ issuer, store, secret: aSecret() })
  await first.ready()
  const before = await store.loadSigningKeys()

  const second = createAuthorizationServer({ issuer, store, secret: aSecret() })

  await assert.rejects(second.ready(), /secret/)
  await assert.rejects(second.fetch(new Request(`${issuer}/.well-known/jwks.json`)), /secret/)
  await assert.rejects(listen(second, { port: 0 }), /secret/)
  assert.deepEqual(await store.loadSigningKeys(), before)
  await first.close()
})

test('a server that is closed twice stops once, and does not ask its store again', async () => {
  const store = openSqlite({ file: ':memory:' })
  const faults: unknown[] = []
  const log = { fault: (thrown: unknown) => void faults.push(thrown) }
  const server = createAuthorizationServer({ issuer, store, secret: aSecret(), log })
  await server.close()
  await store.close()

  await server.close()

  assert.deepEqual(faults, [])
})

test('[O21-1.5-01] a wrong option is refused at once, by its name', () => {
  const store = openSqlite({ file: ':memory:' })

  assert.throws(
    () => createAuthorizationServer({ issuer: 'http://as.example', store, secret: aSecret() }),
    /^Error: issuer: https/,
  )
  assert.throws(
    () => createAuthorizationServer({ issuer, store, secret: randomBytes(31).toString('base64url') }),
    /^Error: secret:/,
  )
  assert.throws(
    () => createAuthorizationServer({ issuer, store, secret: aSecret(), codeLifetime: 601 }),
    /^Error: codeLifetime:/,
  )
  assert.throws(
    () =>
      createAuthorizationServer({ issuer, store, secret: aSecret(), demoAccount: { username: 'a', password: 'b' } }),
    /^Error: demoAccount:/,
  )
})
