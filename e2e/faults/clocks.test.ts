import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { aProof, aProofKey, proofClaims } from 'hufu/testing'
import { createSigningClient } from '../support/assertion.ts'
import { asRacer, createHttpClient, form, racer, signIn, tokensOf } from '../support/child-server.ts'
import type { HttpClient } from '../support/child-server.ts'
import { billsApi, fleetIssuer, ordersApi, startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'

const hour = 3_600_000
/** What clocks may differ by (requirements section 4), in seconds. */
const skew = 10
const codeLifetime = 10
const tokenLifetime = 60
/** The window in which a refresh token may be sent again (R6). */
const retryWindow = 10

const jumps = [0, hour, -hour]

const key = aProofKey()
/** Signs by the clock of this process, which is that of the database. */
const signing = createSigningClient('signing', fleetIssuer, Date.now)
const signer = { ...signing.metadata, scope: 'orders.read', hufu_default_resource: ordersApi }

let postgres: PostgresNode
let fleet: Fleet
let doors: readonly HttpClient[]
let cookie: string

/** Three servers over one database. After they began, the clock of one jumps ahead, that of another back. */
before(async () => {
  postgres = await startNode({ settings: { fsync: 'off' } })
  const api = (resource: string, tokenFormat: string, scope: string) => ({
    resource,
    tokenFormat,
    scopes: [scope],
    accessTokenLifetime: tokenLifetime,
  })
  const resources = [api(ordersApi, 'jwt', 'orders.read'), api(billsApi, 'opaque', 'bills.read')]
  const config = { codeLifetime, resources }
  fleet = await startFleet({ database: postgres.address(), size: jumps.length, clock: true, config, clients: [signer] })
  doors = fleet.members.map(({ url }) => createHttpClient(url, 5))
  cookie = await signIn(doors[0]!)
  for (const [index, jump] of jumps.entries()) await fleet.members[index]!.setClock(jump)
  await pause(2_500)
})

after(async () => {
  for (const door of doors ?? []) door.close()
  await fleet?.remove()
  await postgres?.remove()
})

interface Code {
  readonly code: string
  readonly verifier: string
}

async function askCode(door: HttpClient, scope = 'orders.read'): Promise<Code> {
  const verifier = randomBytes(32).toString('base64url')
  const query = form({
    response_type: 'code',
    client_id: racer.client_id,
    scope,
    resource: scope === 'orders.read' ? ordersApi : billsApi,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const answer = await door.send('GET', `/authorize?${query}`, { cookie })
  const code = URL.parse(String(answer.headers['location']))?.searchParams.get('code')
  assert.ok(typeof code === 'string', `the session holds: ${answer.status} ${answer.text.slice(0, 200)}`)

  return { code, verifier }
}

const redeem = (door: HttpClient, { code, verifier }: Code) =>
  door.send('POST', '/token', asRacer, form({ grant_type: 'authorization_code', code, code_verifier: verifier }))

const refresh = (door: HttpClient, token: string) =>
  door.send('POST', '/token', asRacer, form({ grant_type: 'refresh_token', refresh_token: token }))

const isActiveAt = async (door: HttpClient, token: string) =>
  (JSON.parse((await door.send('POST', '/introspect', asRacer, form({ token }))).text) as { active: boolean }).active

/** Each pair of two different servers: one issues, the other judges. */
const pairs = jumps.flatMap((_, one) => jumps.flatMap((__, other) => (one === other ? [] : [[one, other] as const])))

const named = (index: number) => `${jumps[index]! / hour} h off`

test('[CD-05] a code holds as long as it was given for, whatever the clocks of the server that issued it and of the one that redeems it', async (t) => {
  const issued = await Promise.all(
    pairs.map(async ([one, other]) => {
      const [early, late] = [await askCode(doors[one]!), await askCode(doors[one]!)]

      return { one, other, early, late }
    }),
  )
  const began = performance.now()

  await pause((codeLifetime - 5) * 1000)
  for (const { one, other, early } of issued)
    assert.equal((await redeem(doors[other]!, early)).status, 200, `${named(one)} issued, ${named(other)} redeemed`)
  // The bound is about codes of their first seconds: a machine that took longer proves nothing.
  assert.ok(performance.now() - began < codeLifetime * 1000)

  await pause(codeLifetime * 1000 - (performance.now() - began) + 500)
  for (const { one, other, late } of issued)
    assert.equal((await redeem(doors[other]!, late)).status, 400, `${named(one)} issued, ${named(other)} redeemed`)
  t.diagnostic(`${pairs.length} codes redeemed in their last seconds, ${pairs.length} refused after them`)
})

test('[RS-10] access tokens live as long as they say by a clock that is right, wherever they were issued and are asked about', async (t) => {
  const tokens = await Promise.all(
    ['orders.read', 'bills.read'].flatMap((scope) =>
      doors.map(async (door, at) => ({
        at,
        scope,
        token: tokensOf(await redeem(door, await askCode(door, scope))).access_token,
      })),
    ),
  )
  const began = performance.now()
  const now = Date.now() / 1000
  for (const { at, token } of tokens.filter(({ scope }) => scope === 'orders.read')) {
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { iat: number; exp: number }
    assert.ok(Math.abs(claims.iat - now) <= skew, `issued ${claims.iat - now} s from now by one ${named(at)}`)
    assert.equal(claims.exp - claims.iat, tokenLifetime)
  }
  const activity = () => Promise.all(tokens.flatMap(({ token }) => doors.map((door) => isActiveAt(door, token))))
  assert.ok((await activity()).every((each) => each))

  await pause((tokenLifetime + 1) * 1000 - (performance.now() - began))
  const still = (await activity()).filter((each) => each).length
  t.diagnostic(
    `${tokens.length} tokens asked about at ${doors.length} servers: all active at first, ${still} after their time`,
  )
  assert.equal(still, 0)
})

test('[RT-02] a refresh token that is sent again within its window gets the same successor, and after it ends the family, at servers of any clock', async (t) => {
  const rotated = await Promise.all(
    pairs.map(async ([one, other]) => {
      const { refresh_token: token } = tokensOf(await redeem(doors[one]!, await askCode(doors[one]!)))
      const first = await refresh(doors[one]!, token)
      const again = await refresh(doors[other]!, token)

      return { other, token, answers: [first, again] }
    }),
  )
  for (const { answers } of rotated) {
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    )
    assert.equal(tokensOf(answers[0]!).refresh_token, tokensOf(answers[1]!).refresh_token)
  }
  await pause((retryWindow + 1) * 1000)
  for (const { other, token } of rotated) assert.equal((await refresh(doors[other]!, token)).status, 400)
  t.diagnostic(`${pairs.length} retries got the same successor, ${pairs.length} late ones ended their family`)
})

/** Seconds from now, and whether what was signed then is good: at every server alike. */
const proofTimes = [
  [0, true],
  [-55, true],
  [5, true],
  [-65, false],
  [15, false],
  [3600, false],
  [-3600, false],
] as const

test('[DP-02] a proof of a key is good or not by the clock of the database, at servers of any clock', async (t) => {
  // req: DP-01
  const show = (door: HttpClient, dpop: string) =>
    door.send('POST', '/token', { ...asRacer, dpop }, form({ grant_type: 'client_credentials', scope: 'orders.read' }))
  const proof = (off: number) =>
    aProof(key, proofClaims(Math.floor(Date.now() / 1000) + off, { htu: `${fleetIssuer}/token` }))

  for (const [off, isGood] of proofTimes)
    for (const [at, door] of doors.entries())
      assert.equal((await show(door, proof(off))).status, isGood ? 200 : 400, `${off} s from now, ${named(at)}`)
  for (const [one, other] of pairs) {
    const shown = proof(0)
    assert.equal((await show(doors[one]!, shown)).status, 200)
    assert.equal((await show(doors[other]!, shown)).status, 400)
  }
  t.diagnostic(`${proofTimes.length} times at ${doors.length} servers, ${pairs.length} proofs shown again`)
})

test('[CA-07] an assertion of a client is good or not by the clock of the database, at servers of any clock', async (t) => {
  // req: CA-06
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const prove = (door: HttpClient, proof: Record<string, string>) =>
    door.send('POST', '/token', headers, form({ grant_type: 'client_credentials', ...proof }))
  const assertion = (iat: number, exp: number) => {
    const now = Math.floor(Date.now() / 1000)

    return signing.prove({ iat: now + iat, exp: now + exp })
  }
  const times = [
    [0, 60, true],
    [-50, 10, true],
    [5, 65, true],
    [-120, -15, false],
    [20, 80, false],
    [3600, 3660, false],
    [-3600, -3540, false],
  ] as const

  for (const [iat, exp, isGood] of times)
    for (const [at, door] of doors.entries())
      assert.equal((await prove(door, assertion(iat, exp))).status, isGood ? 200 : 401, `${iat} s, ${named(at)}`)
  for (const [one, other] of pairs) {
    const shown = assertion(0, 60)
    assert.equal((await prove(doors[one]!, shown)).status, 200)
    assert.equal((await prove(doors[other]!, shown)).status, 401)
  }
  t.diagnostic(`${times.length} times at ${doors.length} servers, ${pairs.length} assertions shown again`)
})

test('a server whose clock is more than a minute from that of the database does not start, and one that runs says so', async () => {
  assert.match(fleet.members[1]!.faults().join('\n'), /3600 s ahead of the database/)
  assert.match(fleet.members[2]!.faults().join('\n'), /3600 s behind the database/)
  assert.deepEqual(fleet.members[0]!.faults(), [])

  const wrong = startFleet({ database: postgres.address(), clock: true, offMs: hour })
  await assert.rejects(wrong, /HF-CONF-0714[\s\S]*3600 s ahead/)
})
