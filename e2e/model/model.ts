import type { Code } from '../races/ring.ts'
import { lifetimes } from './world.ts'
import type { ModelClient } from './world.ts'

/*
 * Who may do what, in a page: the promises of codes, refresh families and sessions as somebody would say them, without
 * a store, a request or a secret. All times are seconds since the run began.
 */

export interface Model {
  now: number
  readonly clients: readonly [ClientState, ClientState]
  readonly person: { disabled: boolean; validAfter: number }
  session: Session | undefined
  readonly codes: CodeState[]
  readonly families: Family[]
}

export interface ClientState {
  readonly client: ModelClient
  disabled: boolean
  validAfter: number
}

export interface Session {
  readonly since: number
  readonly cookie: string
  over: boolean
}

export interface CodeState {
  readonly code: Code
  readonly client: number
  readonly issuedAt: number
  readonly session: Session
  readonly kind: Kind
  burned: boolean
  family: Family | undefined
}

/** What was asked for: an API alone, to sign in, or to sign in and stay. */
export type Kind = 'plain' | 'openid' | 'offline'

export interface Family {
  readonly client: number
  readonly session: Session
  readonly createdAt: number
  /** By generation, the newest last. */
  readonly refreshTokens: string[]
  readonly accessTokens: AccessState[]
  rotatedAt: number
  revoked: boolean
}

export interface AccessState {
  readonly token: string
  readonly issuedAt: number
  readonly endsAt: number
  revoked: boolean
}

/** What may come of a request: tokens, or a status. */
export type Verdict = 'tokens' | 'refused' | 'unknown client'

export const isSignedIn = (model: Model) =>
  model.session !== undefined && !model.session.over && speaksFor(model, model.session)

/** The person is not disabled, and has not ended all that began before some time. */
const speaksFor = ({ person }: Model, { since }: Session) => !person.disabled && since >= person.validAfter

/** What becomes of a redemption; changes the model by whatever follows from it. */
export function redeemVerdict(model: Model, code: CodeState, by: number, right: boolean): Verdict {
  if (model.clients[by]!.disabled) return 'unknown client'
  if (by !== code.client) {
    // It leaked: a client that proved who it is has another's.
    if (code.family === undefined) code.burned = true
    return 'refused'
  }
  if (code.burned) return 'refused'
  if (code.family !== undefined) {
    // Somebody used it before; who has both halves shows that two parties have it.
    if (right) code.family.revoked = true
    return 'refused'
  }
  if (model.now >= code.issuedAt + lifetimes.code) return 'refused'
  if (!right) {
    code.burned = true
    return 'refused'
  }
  if (!speaksFor(model, code.session) || code.issuedAt < model.clients[by]!.validAfter) return 'refused'

  return code.kind === 'openid' && code.session.over ? 'refused' : 'tokens'
}

/** As above, for the refresh token of this generation. */
export function refreshVerdict(model: Model, family: Family, generation: number, by: number): Verdict {
  if (model.clients[by]!.disabled) return 'unknown client'
  if (by !== family.client || family.revoked || isCutOff(model, family)) return 'refused'
  const newest = family.refreshTokens.length - 1
  const isRetry = generation === newest - 1 && model.now < family.rotatedAt + lifetimes.retry
  if (generation !== newest && !isRetry) {
    family.revoked = true
    return 'refused'
  }

  return model.now >= refreshEnd(family) ? 'refused' : 'tokens'
}

export const refreshEnd = ({ createdAt, rotatedAt }: Family) =>
  Math.min(rotatedAt + lifetimes.idle, createdAt + lifetimes.absolute)

export const isCutOff = (model: Model, family: Family) =>
  !speaksFor(model, family.session) || family.createdAt < model.clients[family.client]!.validAfter

export function isAccessActive(model: Model, family: Family, token: AccessState): boolean {
  const { disabled, validAfter } = model.clients[family.client]!
  const isOver = token.revoked || model.now >= token.endsAt || token.issuedAt < validAfter

  return !isOver && !disabled && !family.revoked && speaksFor(model, family.session)
}

/** The row of a family may have left the store some time after its end; then it is unknown, and as dead. */
export const mayBeForgotten = (model: Model, family: Family) => model.now >= refreshEnd(family) + lifetimes.access

/** Access that only signed the person in ends with the session. */
export function endSession(model: Model): void {
  if (model.session === undefined) return
  model.session.over = true
  for (const { family, kind, session } of model.codes)
    if (family !== undefined && kind === 'openid' && session === model.session) family.revoked = true
}
