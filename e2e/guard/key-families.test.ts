import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createGuard } from 'hufu/guard'
import type { Decision, GuardOptions } from 'hufu/guard'
import { signatureAlgorithms } from '../../src/jose/algorithms.ts'
import { api1, m1, r1, resources } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'
import type { TestServer, TestServerOptions } from '../support/server.ts'
import { headerOf } from '../support/token-oracles.ts'

/*
 * APIs whose tokens are signed with algorithms of their own, behind guards that take that one algorithm and keep the
 * published keys for ten minutes.
 */

const apis = [
  { resource: r1, alg: 'ES256' },
  { resource: 'https://ed.example', alg: 'EdDSA' },
  { resource: 'https://rsa.example', alg: 'RS256' },
  ...signatureAlgorithms.filter((each) => each === 'ML-DSA-44').map((alg) => ({ resource: 'https://ml.example', alg })),
] as const

const families = {
  resources: [
    ...resources,
    ...apis.slice(1).map(({ resource, alg }) => ({ resource, scopes: ['jobs.run'], signingAlgorithm: alg })),
  ],
}

test('[OIDC-10.1.1-01] twelve changes of keys of several families cost no token a single refusal', async (t) => {
  // req: RS-05, JAT-4-02
  t.mock.timers.enable({ apis: ['setInterval'] })
  const server = await begin(t, families)
  const guards = apis.map((api) => guardOf(server, { resource: api.resource, algorithms: [api.alg] }))
  const kids = apis.map(() => new Set<unknown>())
  const refused: string[] = []
  const begun = server.clock.now()

  async function issue(): Promise<string[]> {
    const tokens = await Promise.all(apis.map(({ resource }) => tokenFor(server, resource)))
    tokens.forEach((token, at) => kids[at]?.add(headerOf(token)['kid']))
    return tokens
  }
  async function show(...shown: readonly string[][]): Promise<void> {
    for (const tokens of shown) {
      const reasons = await Promise.all(tokens.map(async (token, at) => guards[at]?.reasonAgainst(token)))
      refused.push(...reasons.filter((each) => each !== undefined))
    }
  }

  for (let month = 1; month <= 12; month++) {
    server.clock.set((begun + (month * 30 * 86_400 - 300) * 1000) as typeof begun)
    const last = await issue()
    await show(last)
    server.later(300)
    const first = await issue()
    await show(last, first)
    // The last one, the one that signs now, and the next.
    await keepHouse(t, server, 3)
    await show(last, first)
    server.later(299)
    await show(last, first)
    server.later(86_400 + 3600)
    await keepHouse(t, server, 2)
    await show(await issue())
  }

  assert.deepEqual(refused, [])
  assert.deepEqual(
    kids.map((each) => each.size),
    apis.map(() => 13),
  )
  const published = await publishedBy(server)
  assert.deepEqual(published.map((key) => key.alg).toSorted(), apis.flatMap(({ alg }) => [alg, alg]).toSorted())
  assert.equal(new Set(published.map((key) => key.kid)).size, published.length)
  assert.deepEqual(server.faults, [])
})

test('[JWT-3.1-01] the tokens of each API bear its algorithm, and a guard refuses what it is not set up for', async (t) => {
  // req: JW-13, JAT-2.1-01
  const server = await begin(t, families)

  for (const { resource, alg } of apis) {
    const token = await tokenFor(server, resource)
    assert.equal(headerOf(token)['alg'], alg)
    assert.equal(await guardOf(server, { resource }).reasonAgainst(token), undefined)

    const others = apis.filter((each) => each.alg !== alg).map((each) => each.alg)
    const reason = await guardOf(server, { resource, algorithms: others }).reasonAgainst(token)
    assert.equal(reason, 'key_unknown', alg)
  }
  // The key is the same whoever the token is for: it is the audience that keeps them apart.
  const ed = await tokenFor(server, 'https://ed.example')
  assert.equal(await guardOf(server, { resource: r1, algorithms: ['EdDSA'] }).reasonAgainst(ed), 'audience_wrong')
})

test('[OIDC-10.1.1-01] an API changes its algorithm and back, at restarts, beside an instance that knows of nothing', async (t) => {
  // req: INT-2.2-01
  const secret = randomBytes(32).toString('base64url')
  const old = await begin(t, { secret })
  const guard = guardOf(old, {})
  const before = await tokenFor(old, r1)
  assert.equal(await guard.reasonAgainst(before), undefined)
  old.later(30)

  const fresh = await startServer({
    secret,
    store: old.store,
    clock: old.clock.now,
    resources: resources.map((each) => (each.resource === r1 ? { ...each, signingAlgorithm: 'EdDSA' } : each)),
  })
  const changed = await tokenFor(fresh, r1)
  const active = await old.introspect(changed, api1)
  const again = await startServer({ secret, store: old.store, clock: old.clock.now })
  const back = await tokenFor(again, r1)
  t.after(() => Promise.all([fresh.server.close(), again.server.close()]))

  assert.deepEqual(
    [before, changed, back].map((token) => headerOf(token)['alg']),
    ['ES256', 'EdDSA', 'ES256'],
  )
  assert.equal(active['active'], true)
  for (const token of [before, changed, back]) assert.equal(await guard.reasonAgainst(token), undefined)
  assert.deepEqual(await publishedBy(again), await publishedBy(fresh))
})

async function begin(t: TestContext, options: TestServerOptions): Promise<TestServer> {
  const server = await startServer(options)
  t.after(server.close)

  return server
}

function guardOf(server: TestServer, options: Partial<GuardOptions>) {
  const decisions: Decision[] = []
  const guard = createGuard({
    resource: r1,
    issuer: server.issuer,
    now: server.clock.now,
    fetch: (url, init) => server.server.fetch(new Request(url as string, init)),
    onDecision: (decision) => decisions.push(decision),
    ...options,
  })

  return {
    /** Why this token is refused; `undefined` if it is admitted. */
    reasonAgainst: async (token: string) => {
      const header = (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined)
      const admission = await guard.admit({ method: 'GET', url: '/', header })

      return admission.ok ? undefined : (decisions.at(-1)?.refusal?.reason ?? 'refused')
    },
  }
}

async function tokenFor(server: TestServer, resource: string): Promise<string> {
  const answer = await server.token({ grant_type: 'client_credentials', scope: 'jobs.run', resource }, m1)

  return ((await answer.json()) as { access_token: string }).access_token
}

async function publishedBy(server: TestServer): Promise<readonly { readonly kid: string; readonly alg: string }[]> {
  const answer = await server.get('/.well-known/jwks.json')

  return ((await answer.json()) as { keys: { kid: string; alg: string }[] }).keys
}

/** Lets the housekeeping run that a timer begins, until each family has so many keys; those of RSA take their time. */
async function keepHouse(t: TestContext, { store }: TestServer, keysOfEach: number): Promise<void> {
  t.mock.timers.tick(600_000)
  for (let turn = 0; turn < 5000; turn++) {
    if ((await store.loadSigningKeys()).length === keysOfEach * apis.length) return
    await setTimeout(2)
  }
  throw new Error(`there were never ${keysOfEach} keys of each family`)
}
