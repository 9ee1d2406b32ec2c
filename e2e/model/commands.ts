import assert from 'node:assert/strict'
import fc from 'fast-check'
import { anEvent } from 'hufu/testing'
import { createRingAgent } from '../races/agent.ts'
import { getCode, isActive, post, redeem, refresh, revoke, tokensOf } from '../races/ring.ts'
import type { WireAnswer } from '../support/wire-client.ts'
import { fleetIssuer, person } from '../support/instances.ts'
import {
  endSession,
  isAccessActive,
  isCutOff,
  isSignedIn,
  mayBeForgotten,
  redeemVerdict,
  refreshEnd,
  refreshVerdict,
} from './model.ts'
import type { CodeState, Family, Kind, Model, Verdict } from './model.ts'
import { lifetimes } from './world.ts'
import type { Newcomers, World } from './world.ts'

/** What a command works on: the real thing, and who takes part. */
export interface Real {
  readonly world: World
  readonly newcomers: Newcomers
  /** A step went as it should. */
  readonly stepped: (name: string) => void
}

/** Its check is asked by others too, and takes no time. */
type Command = fc.AsyncCommand<Model, Real> & { readonly check: (model: Model) => boolean }

const scopes = { plain: '', openid: 'openid ', offline: 'openid offline_access ' } as const satisfies Record<
  Kind,
  string
>

/** Counted from the newest, so that what has just happened is looked at most. */
const pick = <Thing>(things: readonly Thing[], index: number): Thing =>
  things[things.length - 1 - (index % things.length)]!

const command = (
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Command => ({
  check,
  run: async (model, real) => {
    await run(model, real)
    real.stepped(name)
  },
  toString: () => name,
})

const signIn = (turn: number) =>
  command(
    `sign in at ${turn}`,
    async (model, { world, newcomers }) => {
      model.session = { since: model.now, cookie: await signInAt(world, newcomers.username, turn), over: false }
    },
    (model) => !isSignedIn(model) && !model.person.disabled,
  )

export async function signInAt(world: World, username: string, turn: number): Promise<string> {
  const agent = createRingAgent(world.ring, turn)
  const { password } = person
  const after = await agent.submit(await agent.open(`${fleetIssuer}/sign-in`), '/sign-in', { username, password })
  assert.equal(after.status, 200)

  return Array.from(agent.cookies, ([name, value]) => `${name}=${value}`).join('; ')
}

const signOut = (turn: number) =>
  command(
    `sign out at ${turn}`,
    async (model, { world }) => {
      const agent = createRingAgent(world.ring, turn)
      for (const pair of model.session!.cookie.split('; '))
        agent.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      const after = await agent.submit(await agent.open(`${fleetIssuer}/sign-out`), '/sign-out')
      assert.equal(after.status, 200)
      endSession(model)
    },
    isSignedIn,
  )

const authorize = (client: number, kind: Kind, turn: number) =>
  command(`authorize ${client} ${kind} at ${turn}`, async (model, { world }) => {
    const state = model.clients[client]!
    const word = client === 0 ? 'orders.read' : 'bills.read'
    const asking = { ...state.client, scope: `${scopes[kind]}${word}` }
    if (!isSignedIn(model) || state.disabled) {
      await assert.rejects(getCode(world.ring, turn, model.session?.cookie ?? '', asking), /^Error: no code/)
      return
    }
    const code = await getCode(world.ring, turn, model.session!.cookie, asking)
    const session = model.session!
    model.codes.push({ code, client, kind, session, issuedAt: model.now, burned: false, family: undefined })
  })

const redeemCode = (which: number, by: 'own' | 'other', verifier: 'right' | 'wrong', turn: number) =>
  command(
    `redeem the code ${which} before the newest by its ${by} client, ${verifier} verifier, at ${turn}`,
    async (model, { world }) => {
      const state = pick(model.codes, which)
      const client = by === 'own' ? state.client : 1 - state.client
      const code = verifier === 'right' ? state.code : { ...state.code, verifier: 'w'.repeat(43) }

      const answer = await redeem(world.ring, turn, code, model.clients[client]!.client)

      const verdict = redeemVerdict(model, state, client, verifier === 'right')
      expect(answer, verdict)
      if (verdict !== 'tokens') return
      state.family = begin(model, state, answer)
      model.families.push(state.family)
    },
    // It is known for an hour after its end, to recognise a replay; then it may be forgotten, or not yet.
    (model) => model.codes.length > 0 && model.now < pick(model.codes, which).issuedAt + lifetimes.code + 3600,
  )

function begin(model: Model, { client, session }: CodeState, answer: WireAnswer): Family {
  const family: Family = {
    client,
    session,
    createdAt: model.now,
    rotatedAt: model.now,
    refreshTokens: [tokensOf(answer).refresh_token],
    accessTokens: [],
    revoked: false,
  }
  give(model, family, answer)

  return family
}

function give(model: Model, family: Family, answer: WireAnswer): void {
  const endsAt = Math.min(model.now + lifetimes.access, family.createdAt + lifetimes.absolute)
  const token = tokensOf(answer).access_token
  family.accessTokens.push({ token, issuedAt: model.now, endsAt, revoked: false })
}

const refreshFamily = (which: number, back: number, by: 'own' | 'other', turn: number) =>
  command(
    `refresh the family ${which} before the newest with the token ${back} before the newest, by its ${by} client, at ${turn}`,
    async (model, { world }) => {
      const family = pick(model.families, which)
      const generation = Math.max(0, family.refreshTokens.length - 1 - back)
      const client = by === 'own' ? family.client : 1 - family.client

      const answer = await refresh(world.ring, turn, family.refreshTokens[generation]!, model.clients[client]!.client)

      const verdict = refreshVerdict(model, family, generation, client)
      expect(answer, verdict)
      if (verdict !== 'tokens') return
      const successor = tokensOf(answer).refresh_token
      if (generation === family.refreshTokens.length - 1) {
        assert.ok(!family.refreshTokens.includes(successor), 'an old refresh token comes again')
        family.refreshTokens.push(successor)
        family.rotatedAt = model.now
      } else assert.equal(successor, family.refreshTokens.at(-1), 'a retry gets the same successor')
      give(model, family, answer)
    },
    (model) => model.families.length > 0,
  )

const revokeRefresh = (which: number, back: number, by: 'own' | 'other', turn: number) =>
  command(
    `revoke the family ${which} before the newest by the token ${back} before the newest, by its ${by} client, at ${turn}`,
    async (model, { world }) => {
      const family = pick(model.families, which)
      const client = by === 'own' ? family.client : 1 - family.client
      const token = family.refreshTokens[Math.max(0, family.refreshTokens.length - 1 - back)]!

      const { status } = await revoke(world.ring, turn, token, model.clients[client]!.client)

      if (model.clients[client]!.disabled) return assert.equal(status, 401)
      if (client !== family.client) return assert.ok(status === 400 || mayBeForgotten(model, family))
      assert.equal(status, 200)
      family.revoked = true
    },
    (model) => model.families.length > 0,
  )

const revokeAccess = (which: number, token: number, by: 'own' | 'other', turn: number) =>
  command(
    `revoke access token ${token} of the family ${which} before the newest, by its ${by} client, at ${turn}`,
    async (model, { world }) => {
      const family = pick(model.families, which)
      const state = pick(family.accessTokens, token)
      const client = by === 'own' ? family.client : 1 - family.client

      const { status } = await revoke(world.ring, turn, state.token, model.clients[client]!.client)

      if (model.clients[client]!.disabled) return assert.equal(status, 401)
      if (client !== family.client) return assert.ok(status === 400 || state.revoked)
      assert.equal(status, 200)
      state.revoked = true
    },
    (model) => model.families.length > 0 && model.now < pick(pick(model.families, which).accessTokens, token).endsAt,
  )

const introspect = (which: number, turn: number) =>
  command(
    `introspect the family ${which} before the newest at ${turn}`,
    async (model, { world }) => {
      const family = pick(model.families, which)
      for (const state of family.accessTokens.slice(-4))
        assert.equal(
          await isActive(world.ring, turn, state.token),
          isAccessActive(model, family, state),
          `an access token given at ${state.issuedAt}, asked about at ${model.now}`,
        )
      const { client, disabled } = model.clients[family.client]!
      const newest = family.refreshTokens.length - 1
      for (const [generation, token] of family.refreshTokens.entries()) {
        const answer = await post(world.ring, turn, '/introspect', { token }, client)
        if (disabled) return assert.equal(answer.status, 401)
        const isLive =
          generation === newest && !family.revoked && !isCutOff(model, family) && model.now < refreshEnd(family)
        assert.equal((JSON.parse(answer.text) as { active: boolean }).active, isLive, 'a refresh token')
      }
    },
    (model) => model.families.length > 0,
  )

const advance = (length: number) =>
  command(`advance ${length} s`, async (model, { world }) => pass(length, model, world))

function pass(length: number, model: Model, world: World): void {
  world.clock.advance(length as Parameters<World['clock']['advance']>[0])
  model.now += length
}

/** What ends of a family, and when. */
const edges = {
  retry: ({ rotatedAt }: Family) => rotatedAt + lifetimes.retry,
  access: ({ accessTokens }: Family) => accessTokens.at(-1)?.endsAt ?? 0,
  idle: ({ rotatedAt }: Family) => rotatedAt + lifetimes.idle,
  absolute: ({ createdAt }: Family) => createdAt + lifetimes.absolute,
} as const

/** To just before, at and just after the end of something: where the mistakes are. */
const advanceTo = (which: number, edge: keyof typeof edges, offset: number) => {
  const lengthOf = (model: Model) => edges[edge](pick(model.families, which)) + offset - model.now

  return command(
    `advance to ${offset} s from the ${edge} end of the family ${which} before the newest`,
    async (model, { world }) => pass(lengthOf(model), model, world),
    (model) => model.families.length > 0 && lengthOf(model) > 0,
  )
}

const restart = (which: number) => command(`restart ${which}`, async (_model, { world }) => world.restart(which))

/** What has passed leaves; nobody may notice. */
const prune = command('prune', async (_model, { world }) => void (await world.store.prune(world.clock.now(), 1000)))

const changeClient = (which: number, how: 'disable' | 'cut off') =>
  command(`${how} client ${which}`, async (model, { world }) => {
    const state = model.clients[which]!
    const found = await world.store.findClient(state.client.client_id as Parameters<World['store']['findClient']>[0])
    const now = world.clock.now()
    await world.store.saveClient(
      { ...found!, ...(how === 'disable' ? { disabledAt: now } : { validAfter: now }) },
      anEvent(),
    )
    if (how === 'disable') state.disabled = true
    else state.validAfter = model.now
  })

const changePerson = (how: 'disable' | 'sign out everywhere') =>
  command(`${how} the person`, async (model, { world, newcomers }) => {
    const { username } = newcomers
    const found = await world.store.findAccountByUsername(username)
    const now = world.clock.now()
    const change = how === 'disable' ? { disabledAt: now } : { validAfter: now }
    await world.store.saveAccount({ ...found!, ...change }, username, anEvent())
    if (how === 'disable') model.person.disabled = true
    else model.person.validAfter = model.now
    if (model.session !== undefined && !isSignedIn(model)) endSession(model)
  })

function expect(answer: WireAnswer, verdict: Verdict): void {
  const status = { tokens: 200, refused: 400, 'unknown client': 401 }[verdict]
  assert.equal(answer.status, status, `${verdict} expected: ${answer.status} ${answer.text}`)
  if (verdict === 'refused') assert.equal(tokensOf(answer).error, 'invalid_grant')
}

/** One after the other, but what cannot be any more: a history that would seldom come by chance. */
const inOrder = (name: string, parts: readonly Command[]): Command => ({
  check: (model) => parts[0]!.check(model),
  run: async (model, real) => {
    for (const part of parts) if (part.check(model)) await part.run(model, real)
  },
  toString: () => `${name} (${parts.map(String).join('; ')})`,
})

/** What an honest client does. */
const obtain = (client: number, kind: Kind, turn: number) =>
  inOrder('obtain', [authorize(client, kind, turn), redeemCode(0, 'own', 'right', turn + 1)])

/** Something happens between a code and its redemption (attack row CD-09). */
const interrupted = (client: number, kind: Kind, length: number, between: Command, turn: number) =>
  inOrder('interrupted', [
    authorize(client, kind, turn),
    advance(length),
    between,
    redeemCode(0, 'own', 'right', turn + 1),
    introspect(0, turn),
  ])

/** What was given is asked about after something that may have ended it. */
const ended = (client: number, kind: Kind, length: number, by: Command, turn: number) =>
  inOrder('ended', [
    obtain(client, kind, turn),
    advance(length),
    by,
    introspect(0, turn),
    refreshFamily(0, 0, 'own', turn + 1),
  ])

/** Refreshes as late as it can, and is asked for more about when all of it has to end. */
const stays = (client: number, kind: Kind, past: number, turn: number) =>
  inOrder('stays', [
    obtain(client, kind, turn),
    advanceTo(0, 'idle', -1),
    refreshFamily(0, 0, 'own', turn),
    advanceTo(0, 'absolute', past),
    introspect(0, turn + 1),
    refreshFamily(0, 0, 'own', turn + 1),
  ])

/** A refresh token is used again, some time after its successor was given. */
const reused = (client: number, kind: Kind, length: number, back: number, turn: number) =>
  inOrder('reused', [
    obtain(client, kind, turn),
    refreshFamily(0, 0, 'own', turn + 1),
    refreshFamily(0, 0, 'own', turn),
    advance(length),
    refreshFamily(0, back, 'own', turn),
    introspect(0, turn + 1),
  ])

/** A code is used again, some time later. */
const replayed = (client: number, kind: Kind, length: number, turn: number) =>
  inOrder('replayed', [
    obtain(client, kind, turn),
    advance(length),
    prune,
    redeemCode(0, 'own', 'right', turn),
    introspect(0, turn + 1),
  ])

const index = fc.constantFrom(0, 0, 0, 1, 1, 2, 3)
const turn = fc.nat({ max: 1 })
const client = fc.nat({ max: 1 })
const own = often('own', 'other')
const verifier = often('right', 'wrong')
const back = fc.constantFrom(0, 0, 0, 1, 1, 2, 3)
const kind = fc.constantFrom<Kind>('plain', 'openid', 'offline')
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(1, 5, 9, 10, 11) },
  { weight: 1, arbitrary: fc.constantFrom(59, 60, 61, 119, 120, 121, 300, 599, 600, 601, 1500) },
)

const edge = fc.constantFrom<keyof typeof edges>('retry', 'access', 'idle', 'idle', 'absolute')
const offset = fc.constantFrom(-50, -1, -1, 0, 0, 1, 10)

function often<Usual extends string, Rare extends string>(usual: Usual, rare: Rare): fc.Arbitrary<Usual | Rare> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) })
}

/** What ends everything comes seldom, or there would be nothing to end. */
const seldom = fc.oneof(
  turn.map(restart),
  turn.map(signOut),
  fc.constant(prune),
  fc.tuple(client, often('cut off', 'disable')).map((all) => changeClient(...all)),
  often('sign out everywhere', 'disable').map(changePerson),
  fc.tuple(index, back, own, turn).map((all) => revokeRefresh(...all)),
)

/** A code comes into other hands, or comes with the wrong half. */
const spoil = fc.tuple(own, verifier, turn).map(([by, half, at]) => redeemCode(0, by, half, at))

export const commands = [
  turn.map(signIn),
  fc.tuple(client, kind, turn).map((all) => obtain(...all)),
  fc.tuple(client, kind, turn).map((all) => obtain(...all)),
  fc.tuple(client, kind, turn).map((all) => authorize(...all)),
  fc
    .tuple(client, kind, fc.constantFrom(0, 1, 59, 60), fc.oneof(seldom, spoil), turn)
    .map((all) => interrupted(...all)),
  fc.tuple(client, kind, fc.constantFrom(0, 1, 9), seldom, turn).map((all) => ended(...all)),
  fc.tuple(client, kind, fc.constantFrom(-1, 0, 10), turn).map((all) => stays(...all)),
  fc.tuple(client, kind, fc.constantFrom(1, 9, 10), fc.constantFrom(1, 2), turn).map((all) => reused(...all)),
  fc.tuple(client, kind, fc.constantFrom(1, 59, 61, 119), turn).map((all) => replayed(...all)),
  fc.tuple(index, own, verifier, turn).map((all) => redeemCode(...all)),
  fc.tuple(index, back, own, turn).map((all) => refreshFamily(...all)),
  fc.tuple(index, back, own, turn).map((all) => refreshFamily(...all)),
  fc.tuple(index, back, own, turn).map((all) => refreshFamily(...all)),
  fc.tuple(index, index, own, turn).map((all) => revokeAccess(...all)),
  fc.tuple(index, turn).map((all) => introspect(...all)),
  fc.tuple(index, turn).map((all) => introspect(...all)),
  steps.map(advance),
  fc.tuple(index, edge, offset).map((all) => advanceTo(...all)),
  seldom,
]
