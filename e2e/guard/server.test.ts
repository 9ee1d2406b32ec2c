import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createGuard } from 'hufu/guard'
import type { Decision, GuardOptions, Needs } from 'hufu/guard'
import { anEvent } from 'hufu/testing'
import { seconds } from '../../src/base/time.ts'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { rotationPolicy } from '../../src/keys/rotation.ts'
import { api1, api2, c1, c2, m1, r1, r2 } from '../support/fixtures.ts'
import { proofOf, startServer } from '../support/server.ts'
import type { TestServer, TestServerOptions } from '../support/server.ts'
import { toForm } from '../support/user-agent.ts'

/*
 * The guard against the authorization server itself: their clocks are one, which stands still until told otherwise,
 * and what the guard asks goes to the server's Fetch face.
 */

test('[JAT-4-02] what the server issues for this API is admitted, and the API learns who calls', async (t) => {
  // req: O21-5-01, O21-7.4-02, RS-08, JAT-4-04
  const { server, ask } = await begin(t)
  const person = await server.at()
  const machine = await clientToken(server)
  const { sub } = await server.introspect(person)

  const byPerson = await ask(person, { scope: ['orders.read'], subjectType: 'person' })
  const byMachine = await ask(machine, { scope: ['jobs.run'], subjectType: 'client' })

  assert.deepEqual(
    { ...byPerson.caller, claims: undefined, expiresAt: undefined },
    {
      issuer: server.issuer,
      subject: sub,
      subjectType: 'person',
      clientId: c1.client_id,
      scope: ['orders.read', 'orders.write'],
      authenticatedAt: byPerson.caller?.authenticatedAt,
      acr: byPerson.caller?.acr,
      authorizationDetails: [],
      actors: [],
      keyThumbprint: undefined,
      claims: undefined,
      expiresAt: undefined,
    },
  )
  assert.equal(byPerson.caller?.claims['auth_time'], byPerson.caller?.claims['iat'])
  assert.equal(byPerson.caller?.authenticatedAt, server.clock.now())
  assert.deepEqual([byMachine.caller?.subject, byMachine.caller?.subjectType], [m1.client_id, 'client'])
  assert.equal((await ask(machine, { scope: ['jobs.run'], subjectType: 'person' })).status, 403)
  assert.equal((await ask(person, { scope: ['orders.read'], subjectType: 'client' })).status, 403)
})

test('[INT-4-02] an API with opaque tokens learns the same by asking, with the credentials it was registered with', async (t) => {
  // req: O21-5-01, O21-7.4-02, INT-2.2-02
  const { server, ask } = await begin(t, { resource: r2, introspection: asApi(api2) })
  const token = await server.at({ resource: r2, scope: 'bills.read' }, c2)

  const admitted = await ask(token, { scope: ['bills.read'], subjectType: 'person' })

  assert.match(token, /^hat_/)
  assert.equal(admitted.status, 200)
  assert.deepEqual([admitted.caller?.clientId, admitted.caller?.scope], [c2.client_id, ['bills.read']])
  assert.deepEqual(Object.keys(admitted.caller?.claims ?? {}).toSorted(), [
    'active',
    'aud',
    'auth_time',
    'client_id',
    'exp',
    'iat',
    'iss',
    'jti',
    'scope',
    'sub',
    'token_type',
  ])
})

test('[INT-4-02] whoever is not the API of a token gets nothing out of asking, not even the client of another one', async (t) => {
  // req: INT-4-01, IN-02
  const { server } = await begin(t)
  const token = await server.at({ resource: r2, scope: 'bills.read' }, c2)
  const foreign = [
    { resource: r2, introspection: asApi(api1) },
    { resource: r2, introspection: asApi(c1) },
    { resource: r2, introspection: asApi(m1) },
  ]

  for (const options of foreign) {
    const refused = await guardOf(server, options).ask(token)
    assert.deepEqual([refused.status, refused.reason], [401, 'token_inactive'], options.introspection.clientId)
  }
  const unproved = await guardOf(server, {
    resource: r2,
    introspection: { ...asApi(api2), clientSecret: 'hufucanary_not_the_secret_of_api2_012345' },
  }).ask(token)
  assert.deepEqual([unproved.status, unproved.reason], [503, 'issuer_unavailable'])
})

test('[RS-01] a token for one API is refused by every other, whose name differs in a single character too', async (t) => {
  // req: O21-7.1.4-02, BCP-2.3-02, O21-5.2-01, JAT-4-03, BCP-4.9-02
  const { server } = await begin(t)
  const token = await server.at()

  for (const resource of [r2, `${r1}/`, `${r1}/v2`, 'https://order.example']) {
    const refused = await guardOf(server, { resource }).ask(token)
    assert.deepEqual([refused.status, refused.error, refused.reason], [401, 'invalid_token', 'audience_wrong'])
  }
  const asked = await guardOf(server, { resource: `${r1}/`, introspection: asApi(api1) }).ask(token)
  assert.deepEqual([asked.status, asked.reason], [401, 'audience_wrong'])
})

test('[O21-5.2-01] a JWT is admitted until its end and the clocks’ five seconds, an opaque one until its end', async (t) => {
  // req: O21-5-01, RS-10, INT-4-01
  const { server, ask } = await begin(t)
  const opaque = guardOf(server, { resource: r2, introspection: asApi(api2) })
  const jwt = await server.at()
  const reference = await server.at({ resource: r2, scope: 'bills.read' }, c2)

  server.later(604)
  assert.equal((await ask(jwt)).status, 200)
  server.later(1)
  assert.deepEqual(pick(await ask(jwt)), [401, 'invalid_token', 'token_expired'])

  server.later(3600 - 605 - 1)
  assert.equal((await opaque.ask(reference)).status, 200)
  server.later(1)
  assert.deepEqual(pick(await opaque.ask(reference)), [401, 'invalid_token', 'token_inactive'])
})

test('[O21-5.3.2-01] too little scope is 403, and the challenge names what is needed', async (t) => {
  // req: RS-04, O21-7.1.4-03, O21-5.3-01
  const { server, ask } = await begin(t)
  const token = await server.at({ scope: 'orders.read' })

  const refused = await ask(token, { scope: ['orders.read', 'orders.write'] })

  assert.deepEqual(pick(refused), [403, 'insufficient_scope', 'scope_missing'])
  assert.match(refused.challenge ?? '', /scope="orders\.read orders\.write"/)
  assert.equal((await ask(token, { scope: ['orders.read'] })).status, 200)
  assert.equal((await ask(token, { scope: ['orders.rea'] })).status, 403)
})

test('[REV-2.1-04] a revoked token is refused at once where the API asks, by every instance, and until its end where it does not', async (t) => {
  // req: REV-2-01, INT-4-01, O21-5.2-01
  const secret = randomBytes(32).toString('base64url')
  const { server, ask } = await begin(t, {}, { secret })
  const other = await startServer({ secret, store: server.store, clock: server.clock.now })
  t.after(() => other.server.close())
  const asking = guardOf(other, { introspection: asApi(api1), introspectionMaxAgeSeconds: 0 })
  const reference = guardOf(other, {
    resource: r2,
    introspection: asApi(api2),
    introspectionMaxAgeSeconds: 0,
  })
  const jwt = await server.at()
  const opaque = await server.at({ resource: r2, scope: 'bills.read' }, c2)
  assert.deepEqual([(await asking.ask(jwt)).status, (await reference.ask(opaque)).status], [200, 200])

  await revoke(server, jwt, c1)
  await revoke(server, opaque, c2)

  assert.deepEqual(pick(await asking.ask(jwt)), [401, 'invalid_token', 'token_inactive'])
  assert.deepEqual(pick(await reference.ask(opaque)), [401, 'invalid_token', 'token_inactive'])
  assert.equal((await ask(jwt)).status, 200)
  server.later(605)
  assert.equal((await ask(jwt)).status, 401)
})

test('[INT-4-03] an API that keeps answers for 30 seconds sees a revocation when they are over', async (t) => {
  const { server, ask, paths } = await begin(t, { resource: r2, introspection: asApi(api2) })
  const token = await server.at({ resource: r2, scope: 'bills.read' }, c2)
  assert.equal((await ask(token)).status, 200)
  await revoke(server, token, c2)

  server.later(29)
  assert.equal((await ask(token)).status, 200)
  assert.equal(paths.filter((path) => path === '/introspect').length, 1)
  server.later(1)
  assert.equal((await ask(token)).status, 401)
})

test('[REV-2.1-03] when the person’s authorization ends, its access tokens end at every API that asks', async (t) => {
  // req: IN-04
  const { server } = await begin(t)
  const asking = guardOf(server, { introspection: asApi(api1), introspectionMaxAgeSeconds: 0 })
  const tokens = await server.tokens()
  assert.equal((await asking.ask(tokens.access_token)).status, 200)

  await revoke(server, tokens.refresh_token ?? '', c1)

  assert.deepEqual(pick(await asking.ask(tokens.access_token)), [401, 'invalid_token', 'token_inactive'])
})

test('[RS-02] what the server makes besides access tokens is none: refresh tokens, codes, and JWTs of another type', async (t) => {
  // req: JW-07, JAT-4-01, INT-2.2-03, JAT-4-03
  const secret = randomBytes(32).toString('base64url')
  const { server, ask } = await begin(t, {}, { secret })
  const asking = guardOf(server, { introspection: asApi(api1), introspectionMaxAgeSeconds: 0 })
  const tokens = await server.tokens()
  const { code } = await server.code()
  const claims = (await ask(tokens.access_token)).caller?.claims ?? {}
  const ring = await createKeyRing({
    store: server.store,
    secret: Buffer.from(secret, 'base64url'),
    now: server.clock.now,
    policy: rotationPolicy(seconds(86_400)),
    describe: () => anEvent(),
  })
  const sign = (typ: string) => ring.sign(claims, typ)
  const others = [
    tokens.refresh_token ?? '',
    code,
    c1.client_secret,
    ...(await Promise.all(['JWT', 'id+jwt', 'logout+jwt', 'oauth-authz-req+jwt', 'token-introspection+jwt'].map(sign))),
  ]

  // The very same claims with the right type are a token, so that it is the type alone that the others lack.
  assert.equal((await ask(await sign('at+jwt'))).status, 200)
  for (const other of others) {
    assert.deepEqual([(await ask(other)).status, (await asking.ask(other)).status], [401, 401], other.slice(0, 40))
  }
})

test('[JAT-4-02] two months of key changes cost no token a single refusal', async (t) => {
  // req: RS-05
  t.mock.timers.enable({ apis: ['setInterval'] })
  // Without sign-in for apps there are no RSA keys, which take longer to make than a turn of this loop.
  const { server, ask, paths } = await begin(t, {}, { features: { openid: false } })
  const kids = new Set<string>()
  const refused: string[] = []
  const days = 65

  // What is issued is shown at once, by keys that are at most ten minutes old, and again shortly before its end.
  for (let hour = 0; hour < days * 24; hour += 12) {
    const token = await clientToken(server)
    kids.add(String(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())['kid']))
    const first = await ask(token)
    server.later(599)
    const last = await ask(token)
    refused.push(...[first, last].filter((each) => each.status !== 200).map((each) => `${hour} h: ${each.reason}`))

    server.later(12 * 3600 - 599)
    t.mock.timers.tick(600_000)
    await settled()
  }
  const published = (await (await server.get('/.well-known/jwks.json')).json()) as { keys: { alg: string }[] }

  assert.deepEqual(refused, [])
  assert.equal(kids.size, 3)
  assert.equal(published.keys.filter(({ alg }) => alg === 'ES256').length, 2)
  assert.ok(paths.filter((path) => path === '/.well-known/jwks.json').length <= days * 2 * 2)
  assert.deepEqual(server.faults, [])
})

test('[RS-05] a key that begins to sign was published a day before, so no API fetches in a hurry', async (t) => {
  const { server, ask, paths } = await begin(t)
  const month = 30 * 86_400
  server.later(month - 60)
  const before = await clientToken(server)
  assert.equal((await ask(before)).status, 200)
  const fetched = paths.length

  server.later(60)
  const after = await clientToken(server)

  assert.notEqual(after.split('.')[0], before.split('.')[0])
  assert.deepEqual([(await ask(after)).status, (await ask(before)).status], [200, 200])
  assert.equal(paths.length, fetched)
})

test('[RS-06] while the server does not answer, known keys serve for an hour, and who has to ask admits nobody', async (t) => {
  // req: RS-05
  const { server, ask, outage } = await begin(t)
  const opaque = guardOf(server, { resource: r2, introspection: asApi(api2) })
  const late = guardOf(server, {})
  const fresh = await server.at()
  const reference = await server.at({ resource: r2, scope: 'bills.read' }, c2)
  assert.equal((await ask(fresh)).status, 200)
  const tokens = new Map<number, string>()
  for (const each of [0, 3599, 3600]) tokens.set(each, await tokenAt(server, each))

  outage.begin()
  opaque.outage.begin()
  late.outage.begin()

  assert.deepEqual(pick(await opaque.ask(reference)), [503, 'temporarily_unavailable', 'issuer_unavailable'])
  assert.equal((await late.ask(fresh)).status, 503)
  assert.equal((await ask(fresh)).status, 200)
  server.later(3599)
  assert.equal((await ask(tokens.get(3599) ?? '')).status, 200)
  server.later(1)
  assert.equal((await ask(tokens.get(3600) ?? '')).status, 503)

  outage.end()
  late.outage.end()
  server.later(2)
  const now = await server.at()
  assert.deepEqual([(await ask(now)).status, (await late.ask(now)).status], [200, 200])
})

test('[PRM-2-01] who is refused finds the server by two documents, and what the server says of the API agrees', async (t) => {
  // req: PRM-4-01, PRM-5.1-01, O21-5.3.1-01, O21-5.3.2-02
  const { server, guard } = await begin(t)
  const refused = await guard.admit({ method: 'GET', url: '/orders', header: () => undefined })

  const challenge = refused.ok ? '' : refused.response.headers['www-authenticate']
  const url = /^Bearer resource_metadata="([^"]+)"$/.exec(challenge ?? '')?.[1]
  const metadata = guard.metadata()
  const [issuer = ''] = metadata.authorization_servers
  const described = (await (await server.get(`${issuer}/.well-known/oauth-authorization-server`)).json()) as {
    issuer: string
    protected_resources: string[]
  }

  assert.equal(url, r1 + guard.metadataPath)
  assert.deepEqual([issuer, described.issuer], [server.issuer, server.issuer])
  assert.ok(described.protected_resources.includes(metadata.resource))
})

async function begin(t: TestContext, options: Partial<GuardOptions> = {}, server: TestServerOptions = {}) {
  const started = await startServer(server)
  t.after(started.close)

  return { server: started, ...guardOf(started, options) }
}

/** The guard of an API behind this server: R1 that checks JWTs, unless the options say otherwise. */
function guardOf(server: TestServer, options: Partial<GuardOptions>) {
  const paths: string[] = []
  const decisions: Decision[] = []
  let isDown = false
  const guard = createGuard({
    resource: r1,
    issuer: server.issuer,
    now: server.clock.now,
    fetch: async (url, init) => {
      const request = new Request(url as string, init)
      paths.push(new URL(request.url).pathname)
      if (isDown) throw new TypeError('fetch failed')

      return server.server.fetch(request)
    },
    onDecision: (decision) => decisions.push(decision),
    ...options,
  })

  return {
    guard,
    paths,
    outage: { begin: () => void (isDown = true), end: () => void (isDown = false) },
    ask: async (token: string, needs: Needs = {}) => {
      const request = { method: 'GET', url: '/orders', header: bearer(token) }
      const admission = await guard.admit(request, needs)
      const reason = decisions.at(-1)?.refusal?.reason
      if (admission.ok) return { status: 200, caller: admission.caller, error: undefined, reason, challenge: undefined }
      const { status, body, headers } = admission.response
      const { error } = JSON.parse(body) as { error?: string }

      return { status, caller: undefined, error, reason, challenge: headers['www-authenticate'] }
    },
  }
}

const bearer = (token: string) => (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined)

const pick = ({ status, error, reason }: { status: number; error: string | undefined; reason: unknown }) => [
  status,
  error,
  reason,
]

const asApi = ({ client_id: clientId, client_secret: clientSecret }: { client_id: string; client_secret: string }) => ({
  clientId,
  clientSecret,
})

async function clientToken(server: TestServer): Promise<string> {
  const answer = await server.token({ grant_type: 'client_credentials' }, m1)

  return ((await answer.json()) as { access_token: string }).access_token
}

async function revoke(server: TestServer, token: string, client: typeof c1 | typeof c2): Promise<void> {
  const proof = proofOf(client)
  const body = toForm({ ...proof.form, token })
  const answer = await server.send('/revoke', { method: 'POST', body, headers: proof.headers })

  assert.equal(answer.status, 200)
}

/** A token of an instance whose clock is ahead by so many seconds: one that will just have been issued then. */
async function tokenAt(server: TestServer, ahead: number): Promise<string> {
  const start = server.clock.now()
  server.later(ahead)
  const token = await clientToken(server)
  server.clock.set(start)

  return token
}

/** Until the housekeeping that a timer began has reached the store and come back. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
