import type { Subject } from './account.ts'

/** A key in whose hands alone a token is good (RFC 7800): the SHA-256 thumbprint of its public JWK (RFC 9449 section 6.1). */
export interface Confirmation {
  readonly jkt: string
}

/** One element of `authorization_details`, checked against its type (RFC 9396 section 2). */
export interface AuthorizationDetail {
  readonly type: string
  readonly [member: string]: unknown
}

/** Who acts for the subject of a token, and for whom that one acts in turn (RFC 8693 section 4.1). */
export interface Actor {
  readonly sub: string
  readonly client_id?: string
  readonly act?: Actor
}

/** Who alone may come to act for the subject of a token (RFC 8693 section 4.4). */
export interface MayAct {
  readonly sub: string
  readonly client_id?: string
}

/** One claim of a `claims` request; `undefined` stands for the plain wish (OpenID Connect Core 1.0 section 5.5.1). */
export type ClaimWish =
  | { readonly essential?: boolean; readonly value?: unknown; readonly values?: readonly unknown[] }
  | undefined

/** The `claims` parameter, of which nothing else is ever read. */
export interface ClaimsRequest {
  readonly id_token?: Readonly<Record<string, ClaimWish>>
  readonly userinfo?: Readonly<Record<string, ClaimWish>>
}

/**
 * What an authorization is about besides scope and resources, from the code on. A plain OAuth authorization has nothing
 * of it, and then it takes no room in a row.
 */
export interface Particulars {
  /** The key that the code, and the refresh token of a public client, is bound to (RFC 9449 sections 5 and 10). */
  readonly confirmation?: Confirmation
  /** Of the authorization request, for the ID token; only at the code. */
  readonly nonce?: string
  /** Offline access was asked for in a way that OpenID Connect ignores: there is no refresh token then (Core 1.0 section 11). */
  readonly onlineOnly?: true
  /** How the person proved who they are, as a level and as the means (OpenID Connect Core 1.0 section 2). */
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly claims?: ClaimsRequest
  /** As the person allowed them. */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
}

/** What an access token says besides the claims that each has. */
export interface TokenParticulars {
  /** The `sub` it shows, where that is not the account's id but one for its client (pairwise). */
  readonly shownSubject?: Subject
  /** The subject is a client, though another one than the token's own. */
  readonly subjectType?: 'client' | undefined
  readonly confirmation?: Confirmation
  readonly acr?: string
  readonly actor?: Actor | undefined
  readonly mayAct?: MayAct
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  /** Ids of the tokens that were exchanged for it, the first of them first: it ends with any of them. */
  readonly derivedFrom?: readonly string[]
  /** Ids of the clients that held those: it ends with any of them, also with who is named nowhere. */
  readonly derivedBy?: readonly string[]
  /** Ids of the authorizations that those who act have of their own; the subject's is the token's. */
  readonly derivedUnder?: readonly string[]
}
