import type { Instant } from '../base/time.ts'
import { isNumericDate, numericDate } from '../jose/jwt.ts'
import { isJsonObject, type JsonObject } from '../base/strict-json.ts'

/** One thing that was allowed in detail: one payment, one order (RFC 9396 section 2). */
export type AuthorizationDetail = JsonObject & { readonly type: string }

/** Who acts for the subject (RFC 8693 section 4.1). */
export interface Actor {
  readonly subject: string
  readonly issuer: string | undefined
  readonly clientId: string | undefined
}

/** How the person proved who they are, if the token says so in a text. */
export const readAcr = (raw: unknown): string | undefined => (typeof raw === 'string' && raw !== '' ? raw : undefined)

/** When the person proved it; anything but a date says nothing. */
export const readAuthTime = (raw: unknown): Instant | undefined => (isNumericDate(raw) ? numericDate(raw) : undefined)

/** Anything but a list of objects that each name their type gives no right at all. */
export function readAuthorizationDetails(raw: unknown): readonly AuthorizationDetail[] {
  const isDetail = (each: unknown): each is AuthorizationDetail =>
    isJsonObject(each) && typeof each['type'] === 'string'

  return Array.isArray(raw) && raw.every(isDetail) ? raw : []
}

/** The one who acts now first, then those who acted before; it ends where a link says nothing. */
export function readActors(raw: unknown): readonly Actor[] {
  const actors: Actor[] = []
  for (let act = raw; isJsonObject(act) && typeof act['sub'] === 'string'; act = act['act']) {
    actors.push({ subject: act['sub'], issuer: textOf(act['iss']), clientId: textOf(act['client_id']) })
  }
  return actors
}

/** The key that a token is bound to, `undefined` if to none, `'unknown'` if in a way that is not read here. */
export function readConfirmation(cnf: unknown): { readonly jkt: string } | 'unknown' | undefined {
  if (cnf === undefined) return undefined
  // Another member beside it asks for more than a proof.
  if (!isJsonObject(cnf) || Object.keys(cnf).join() !== 'jkt') return 'unknown'

  const { jkt } = cnf
  return typeof jkt === 'string' && /^[\w-]{43}$/.test(jkt) ? { jkt } : 'unknown'
}

const textOf = (raw: unknown) => (typeof raw === 'string' ? raw : undefined)
