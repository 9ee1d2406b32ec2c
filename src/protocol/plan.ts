import type { AuditEvent } from './audit-event.ts'
import type { Authorization, AuthorizationId, CodeId, OpaqueAccessToken, RefreshChain } from './authorization.ts'

/** What a token request uses up. */
export type Redeem =
  | { readonly kind: 'code'; readonly id: CodeId }
  /** Replaces `generation` by `chain.generation`, which is the next one. */
  | {
      readonly kind: 'refresh_token'
      readonly authorizationId: AuthorizationId
      readonly generation: number
      readonly chain: RefreshChain
    }

/** What the token endpoint writes, all or nothing. */
export interface TokenChanges {
  readonly redeem: Redeem | undefined
  /** A new authorization, made by redeeming a code. */
  readonly authorization: Authorization | undefined
  readonly opaqueToken: OpaqueAccessToken | undefined
  readonly event: AuditEvent
}

/** What came of {@link TokenChanges}. Of any number of concurrent redemptions of one thing exactly one is `done`. */
export type Commit =
  | { readonly kind: 'done' }
  /** Nothing was written. For a code: the authorization that the winner made, which a replay ends. */
  | { readonly kind: 'already_redeemed'; readonly authorizationId: AuthorizationId | undefined }
