import type { Brand } from '../base/brand.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Subject } from './account.ts'
import type { ClientId } from './client.ts'
import type { AuthorizationDetail, ClaimsRequest, Confirmation, Particulars, TokenParticulars } from './particulars.ts'
import type { Challenge } from './pkce.ts'
import type { RedirectUri } from './redirect-uri.ts'
import type { ResourceId } from './resource.ts'
import type { Scope } from './scope.ts'

/** 32 hexadecimal digits, a UUID of version 7. */
export type AuthorizationId = Brand<string, 'AuthorizationId'>
export type CodeId = Brand<string, 'CodeId'>
export type AccessTokenId = Brand<string, 'AccessTokenId'>
export type SessionId = Brand<string, 'SessionId'>
export type TransactionId = Brand<string, 'TransactionId'>
export type PushedRequestId = Brand<string, 'PushedRequestId'>
export type DeviceAuthorizationId = Brand<string, 'DeviceAuthorizationId'>

/** Everything an authorization code is bound to. Only the hash of its secret is stored. */
export interface AuthorizationCode {
  readonly id: CodeId
  /** SHA-256 of the secret part, lower-case hexadecimal. */
  readonly secretHash: string
  readonly clientId: ClientId
  readonly subject: Subject
  readonly redirectUri: RedirectUri
  /** False when the client has one redirect URI and left it out. */
  readonly redirectUriWasSent: boolean
  readonly challenge: Challenge | undefined
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
  /** `begunAs` of the browser session it was given in. */
  readonly sessionId: SessionId | undefined
  readonly authenticatedAt: Instant
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  /** Set by the one redemption that won: what a replay ends. */
  readonly authorizationId: AuthorizationId | undefined
  readonly redeemedAt: Instant | undefined
  /** Spoiled by a wrong verifier or by another client (attack decision D1). */
  readonly burnedAt: Instant | undefined
  readonly particulars: Particulars
}

/** The stored fact "this account lets this client do that"; parent of all its tokens. */
export interface Authorization {
  readonly id: AuthorizationId
  readonly clientId: ClientId
  readonly subject: Subject
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
  /** `begunAs` of the browser session it was given in. */
  readonly sessionId: SessionId | undefined
  /** When the person last proved who they are; refreshing does not move it (RFC 9068 section 2.2.1). */
  readonly authenticatedAt: Instant
  readonly createdAt: Instant
  readonly refresh: RefreshChain | undefined
  /** When the row may leave: nothing issued under it is alive from here on. `never` with a never-expiring refresh token. */
  readonly endsAt: Instant | 'never'
  readonly revokedAt: Instant | undefined
  readonly revokedBecause: RevocationReason | undefined
  readonly particulars: Particulars
}

export type RevocationReason =
  | 'code_replayed'
  | 'refresh_token_reused'
  | 'revoked_by_client'
  | 'removed_by_person'
  | 'removed_by_operator'
  | 'signed_out'

/**
 * The chain of refresh tokens of one authorization. No token and no hash is kept: the token of generation n is
 * HMAC(key of the server, nonce, id, n), so it takes both halves, this row and the key that is outside the
 * database, to make one. The row stays the same size however often it is rotated.
 */
export interface RefreshChain {
  /** 32 random octets, lower-case hexadecimal. */
  readonly nonce: string
  /** The generation of the newest token; the first is 1. */
  readonly generation: number
  /** When the newest was made by using up the one before. */
  readonly rotatedAt: Instant | undefined
  /** End by idleness, never later than `absoluteEnd`. */
  readonly expiresAt: Instant | 'never'
  readonly absoluteEnd: Instant | 'never'
}

/** What an account has allowed a client, remembered, so that the same question is not asked twice. */
export interface Consent {
  readonly subject: Subject
  readonly clientId: ClientId
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
  /** Those of the last time, without single acts. */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  readonly givenAt: Instant
}

/** What an access token says, in whichever form. */
export interface AccessToken {
  readonly id: AccessTokenId
  /** `undefined` for client credentials, where no person allowed anything. */
  readonly authorizationId: AuthorizationId | undefined
  readonly clientId: ClientId
  readonly subject: Subject
  readonly scope: Scope
  readonly audience: ResourceId
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  readonly particulars: TokenParticulars
}

/** An opaque access token: stored by the hash of its secret, known to introspection only. */
export interface OpaqueAccessToken extends AccessToken {
  readonly secretHash: string
}

/** A signed-in browser. The id is SHA-256 of the cookie's value, so the table holds nothing a thief could use. */
export interface BrowserSession {
  readonly id: SessionId
  /**
   * The id of the first of these sessions: the same person who signs in again in the same browser gets a new cookie,
   * and yet what was begun there goes on.
   */
  readonly begunAs: SessionId
  readonly subject: Subject
  readonly authenticatedAt: Instant
  /** The means of the sign-in (RFC 8176 section 2). */
  readonly amr: readonly string[]
  readonly expiresAt: Instant
}

/** An authorization request that waits for a person; the browser carries only its id. */
export interface Transaction {
  readonly id: TransactionId
  /** SHA-256 of the browser's cookie: another browser cannot go on with it (attack row UI-14). */
  readonly browserHash: string
  readonly request: StoredAuthorizeRequest
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly answeredAt: Instant | undefined
}

/**
 * Where the answer to a request goes: with the browser to a checked redirect URI, or into the store, where a device
 * asks for it. The second has no address, so nothing can send a browser on from there.
 */
export type AnswerTo = RedirectAnswer | DeviceAnswer

export interface RedirectAnswer {
  readonly kind: 'redirect'
  readonly to: RedirectUri
  /** False when the client has one redirect URI and left it out. */
  readonly wasSent: boolean
  readonly state: string | undefined
  /** Only a client that is exempt sends none. */
  readonly challenge: Challenge | undefined
  /** How the answer travels. @default 'query' */
  readonly responseMode?: 'query' | 'form_post'
}

/** @see RFC 8628 */
export interface DeviceAnswer {
  readonly kind: 'device'
  readonly id: DeviceAuthorizationId
  /** When and where the device asked, so that a person can tell a stranger's from their own. */
  readonly askedAt: Instant
  /** As for the audit: an IPv4 address, or the /64 of an IPv6 one. */
  readonly askedFrom: string | undefined
}

/** What `parseAuthorizeRequest` proved, as it is kept. */
export interface StoredAuthorizeRequest {
  readonly clientId: ClientId
  readonly answerTo: AnswerTo
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
  readonly uiLocales: string | undefined
  /** `none`: no page may be shown. `login`, `consent`: ask though it would not be needed. */
  readonly prompt: readonly ('none' | 'login' | 'consent')[]
  /** The sign-in may be at most this old. */
  readonly maxAge: Seconds | undefined
  readonly nonce?: string
  /** What the sign-in should reach, the most wanted first. */
  readonly acrValues?: readonly string[]
  readonly claims?: ClaimsRequest
  readonly loginHint?: string
  /** Nobody else may answer: of `id_token_hint` or of a `sub` in `claims`. */
  readonly expectedSubject?: Subject
  /** Of `dpop_jkt`, or of the proof that came with the pushed request. */
  readonly confirmation?: Confirmation
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  /** One of the details is a single act: the person is asked, whatever was allowed before. */
  readonly isTransaction?: boolean
  /** The pushed request it came as, used up when a code is issued or the request refused. */
  readonly pushedId?: PushedRequestId
}
