import type { Instant } from '../base/time.ts'
import { numericDate } from '../jose/jwt.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { parseScope } from '../protocol/scope.ts'
import {
  readAcr,
  readActors,
  readAuthorizationDetails,
  readAuthTime,
  readConfirmation,
  type Actor,
  type AuthorizationDetail,
} from './caller-claims.ts'

/**
 * Who calls, as proved by the access token.
 *
 * **Whose things the caller may touch is the API's own decision.** A token with the scope `orders.read` says that this
 * app may read orders of `subject`; that order 4711 is one of them only the API knows. Every query for an object names
 * the owner: `select … where id = ? and owner = ?` with `caller.subject`, and an object of somebody else is answered
 * as one that does not exist.
 *
 * A subject is unique within its issuer only: where accounts of several issuers meet, the key is `issuer` and
 * `subject` together.
 */
export interface Caller {
  readonly issuer: string
  /** The account the token speaks for; the client id when a client speaks for itself. */
  readonly subject: string
  /**
   * `client`: no person is behind the token. `subject` equals `clientId` (OAuth 2.1 section 7.4), or is another client
   * whose token was exchanged for this one.
   */
  readonly subjectType: 'person' | 'client'
  readonly clientId: string
  /** Exact words; empty if the token has none. */
  readonly scope: readonly string[]
  readonly expiresAt: Instant
  /** When the person last proved who they are; `undefined` if the token does not say, or there is no person. */
  readonly authenticatedAt: Instant | undefined
  /** By which means, in the server's words. */
  readonly acr: string | undefined
  /** What was allowed in detail, such as one payment (RFC 9396); empty if nothing was. See `Needs.authorizationDetails`. */
  readonly authorizationDetails: readonly AuthorizationDetail[]
  /**
   * Who acts for the subject, the one who acts now first (RFC 8693 section 4.1). For the log: what may be done is
   * decided by the subject, the client and the first of these alone.
   */
  readonly actors: readonly Actor[]
  /** Of the key that the token is bound to and that this request proved (RFC 9449); `undefined` for a bearer token. */
  readonly keyThumbprint: string | undefined
  /** Everything the token or the introspection answer says, frozen. Roles and the like stand here. */
  readonly claims: JsonObject
}

/** Makes the caller of claims that were checked: `sub` and `client_id` are texts and `exp` is a date. */
export function toCaller(issuer: string, claims: JsonObject): Caller {
  const subject = claims['sub'] as string
  const clientId = claims['client_id'] as string
  const confirmation = readConfirmation(claims['cnf'])

  return deepFreeze({
    issuer,
    subject,
    subjectType: subject === clientId || claims['hufu_subject_type'] === 'client' ? 'client' : 'person',
    clientId,
    scope: readScope(claims['scope']),
    expiresAt: numericDate(claims['exp']),
    authenticatedAt: readAuthTime(claims['auth_time']),
    acr: readAcr(claims['acr']),
    authorizationDetails: readAuthorizationDetails(claims['authorization_details']),
    actors: readActors(claims['act']),
    keyThumbprint: confirmation === 'unknown' ? undefined : confirmation?.jkt,
    claims,
  })
}

/** Anything but a well-formed list of words gives no right at all (attack row RS-04). */
function readScope(raw: unknown): readonly string[] {
  const scope = typeof raw === 'string' ? parseScope(raw) : undefined

  return scope?.ok === true ? scope.value : []
}

/** A caller is shared by the requests that bring the same token, so none of them may change it. */
function deepFreeze<Value extends object>(value: Value): Value {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFreeze(member as object)
  }
  return Object.freeze(value)
}
