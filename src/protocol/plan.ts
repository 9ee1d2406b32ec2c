import type { Instant, Seconds } from '../base/time.ts'
import type { Subject } from './account.ts'
import type { AuditEvent } from './audit-event.ts'
import type {
  Authorization,
  AuthorizationCode,
  AuthorizationId,
  CodeId,
  DeviceAuthorizationId,
  OpaqueAccessToken,
  RefreshChain,
  RevocationReason,
  SessionId,
} from './authorization.ts'
import type { Client, ClientId } from './client.ts'
import type { DeviceAllowance } from './device.ts'
import type { OAuthError } from './errors.ts'
import type { AuthorizationDetail, Particulars, TokenParticulars } from './particulars.ts'
import type { Resource, ResourceId } from './resource.ts'
import type { Scope } from './scope.ts'

/** An assertion that is good once: `key` stands for it, as in `Store.useOnce`. */
export interface UsedAssertion {
  readonly kind: 'assertion'
  readonly key: string
  readonly expiresAt: Instant
}

/** What a grant decided: everything about the answer but ids and randomness. */
export interface TokenPlan {
  /** `undefined` for a grant that uses nothing up. */
  readonly from:
    | { readonly kind: 'code'; readonly code: AuthorizationCode }
    | { readonly kind: 'device'; readonly device: AnsweredDevice }
    | {
        readonly kind: 'refresh_token'
        readonly authorization: Authorization
        readonly retry: boolean
        readonly kept?: boolean
      }
    | UsedAssertion
    | undefined
  readonly clientId: ClientId
  readonly subject: Subject
  /** Of the access token. */
  readonly scope: Scope
  /** True if `offline_access` is part of what is given: the answer names it, the access token does not. */
  readonly offline?: boolean
  readonly resource: Resource
  readonly lifetime: Seconds
  /** When the person signed in; `undefined` where no person is. */
  readonly authenticatedAt: Instant | undefined
  /** True if the client gets a refresh token: a new one, the next one, or on a retry the same next one again. */
  readonly refreshable: boolean
  /** When the browser session ends that all of it hangs on. */
  readonly sessionEnd?: Instant
  /** Of the access token: as granted, for its resource alone (RFC 9396 section 7). */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  /** What the access token says besides. */
  readonly particulars?: TokenParticulars
  /** The authorization that the token ends with, where none is redeemed. */
  readonly under?: AuthorizationId | undefined
  /** For the answer of a token exchange (RFC 8693 section 2.2.1). */
  readonly issuedTokenType?: string
  /** Who said for whom the token is, where that was not this server. */
  readonly vouchedBy?: string
  /** Of the authorization that redeeming a code makes; what only the code needed is left behind. */
  readonly authorizationParticulars?: Particulars
}

/** A device that somebody has said yes to, with what they allowed. */
export interface AnsweredDevice extends DeviceAllowance {
  readonly id: DeviceAuthorizationId
  readonly resources: readonly ResourceId[]
}

/** Why not, and what else follows from the attempt (attack decisions D1 and D2). */
export interface TokenRefusal {
  readonly error: OAuthError
  readonly consequence: Consequence | undefined
}

/** `subject` is whose it was, for the audit. */
export type Consequence =
  /** The code can never succeed again. */
  | { readonly kind: 'burn_code'; readonly id: CodeId; readonly subject: Subject }
  /** The device asked, and goes on waiting; nothing was decided, so nothing is recorded but when. */
  | { readonly kind: 'poll'; readonly id: DeviceAuthorizationId; readonly subject?: undefined }
  /** The authorization ends, and all its tokens with it. */
  | {
      readonly kind: 'revoke'
      readonly id: AuthorizationId
      readonly subject: Subject
      readonly reason: RevocationReason
    }

/** What a token request uses up. */
export type Redeem =
  | { readonly kind: 'code'; readonly id: CodeId }
  | { readonly kind: 'device'; readonly id: DeviceAuthorizationId }
  | UsedAssertion
  /** Replaces `generation` by `chain.generation`: the next one, or the same where refresh tokens are kept. */
  | {
      readonly kind: 'refresh_token'
      readonly authorizationId: AuthorizationId
      readonly generation: number
      readonly chain: RefreshChain
      readonly endsAt: Instant | 'never'
    }

/** What the token endpoint writes, all or nothing. */
export interface TokenChanges {
  readonly redeem: Redeem | undefined
  /** A new authorization, made by redeeming a code or what a device waited for. */
  readonly authorization: Authorization | undefined
  readonly opaqueToken: OpaqueAccessToken | undefined
  /** The client, if it is one that may be removed meanwhile. */
  readonly user?: ClientUse | undefined
  /** The browser session that an app signs the person in with. */
  readonly signedIn?: SignedInto | undefined
  /** Only for a store that remembers (`Store.recollection`). */
  readonly assumes?: Assumptions | undefined
  readonly event: AuditEvent
}

/** What was decided on without asking the store: all of it still holds when the changes are written, or nothing is. */
export interface Assumptions {
  /** The very value that the store gave: the client was neither changed nor removed since. */
  readonly client: Client
  /** Failures counted under each key are fewer than its limit. */
  readonly failures: readonly { readonly key: string; readonly limit: number }[]
  /** A person whose sign-in of that time still stands, where there is one. */
  readonly account: { readonly subject: Subject; readonly authenticatedAt: Instant } | undefined
}

export interface SignedInto {
  readonly begunAs: SessionId
  /** What is issued ends with the session, so if that is over nothing is issued. */
  readonly mustLast: boolean
  /** The client that wants to be told when the session ends. */
  readonly tell: ClientId | undefined
}

/** A client that made itself known, in use: it is not removed for being unused before `until`. */
export interface ClientUse {
  readonly clientId: ClientId
  readonly until: Instant | 'never'
}

/** What came of {@link TokenChanges}. Of any number of concurrent redemptions of one thing exactly one is `done`. */
export type Commit =
  | { readonly kind: 'done' }
  /**
   * Nothing was written. For a code: the authorization that the winner made, which a replay ends. Always `undefined`
   * for a refresh token, whose loser may be an honest retry, and for a device: read it again and decide.
   */
  | { readonly kind: 'already_redeemed'; readonly authorizationId: AuthorizationId | undefined }
  /** Nothing was written: the client was removed meanwhile. */
  | { readonly kind: 'client_gone' }
  /** Nothing was written: the person signed out before the app had asked for its tokens. */
  | { readonly kind: 'session_ended' }
  /** Nothing was written: something of what was assumed does not hold any more. Read it, and decide. */
  | { readonly kind: 'outdated' }
