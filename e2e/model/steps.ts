import assert from 'node:assert/strict'
import type fc from 'fast-check'
import { getCode, isActive, post, redeem, refresh, revoke, tokensOf } from '../races/ring.ts'
import type { WireAnswer } from '../support/wire-client.ts'
import {
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
export type Command = fc.AsyncCommand<Model, Real> & { readonly check: (model: Model) => boolean }

const scopes = { plain: '', openid: 'openid ', offline: 'openid offline_access ' } as const satisfies Record<
  Kind,
  string
>

/** Counted from the newest, so that what has just happened is looked at most. */
export const pick = <Thing>(things: readonly Thing[], index: number): Thing =>
  things[things.length - 1 - (index % things.length)]!

export const command = (
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

export const authorize = (client: number, kind: Kind, turn: number) =>
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

export const redeemCode = (which: number, by: 'own' | 'other', verifier: 'right' | 'wrong', turn: number) =>
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

export const refreshFamily = (which: number, back: number, by: 'own' | 'other', turn: number) =>
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

export const revokeRefresh = (which: number, back: number, by: 'own' | 'other', turn: number) =>
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

export const revokeAccess = (which: number, token: number, by: 'own' | 'other', turn: number) =>
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

export const introspect = (which: number, turn: number) =>
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

function expect(answer: WireAnswer, verdict: Verdict): void {
  const status = { tokens: 200, refused: 400, 'unknown client': 401 }[verdict]
  assert.equal(answer.status, status, `${verdict} expected: ${answer.status} ${answer.text}`)
  if (verdict === 'refused') assert.equal(tokensOf(answer).error, 'invalid_grant')
}
