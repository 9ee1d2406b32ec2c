import type { Brand } from '../base/brand.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'
import type { ResourceId } from './resource.ts'
import type { Scope } from './scope.ts'

export type ClientId = Brand<string, 'ClientId'>

export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'

/** A secret as it is stored: never the secret itself, only SHA-256 of its 256 random bits (DECISIONS 16). */
export interface ClientSecret {
  /** Lower-case hexadecimal. */
  readonly hash: string
  readonly createdAt: Instant
  /** Two secrets overlap while one is replaced; the old one ends here. */
  readonly expiresAt: Instant | undefined
}

/** A public key of a client, already checked: asymmetric, on its curve or of 2048 bits or more, for signatures. */
export interface ClientKey {
  readonly kid: string | undefined
  /** The one algorithm this key is for. */
  readonly alg: SignatureAlgorithm
  readonly jwk: Readonly<Record<string, unknown>>
}

/** A program that asks for tokens ("app" on a page). Made by `parseClientMetadata` only, whoever registers it. */
export interface Client {
  readonly id: ClientId
  readonly name: string
  readonly homepage: string | undefined
  /** Who made it, as shown on the consent page. */
  readonly developer: string | undefined
  /** Public clients hold no credential; the type follows from the authentication method and never changes by itself. */
  readonly type: 'confidential' | 'public'
  /** `browser` is an app that runs in the page: its refresh tokens always have an end (RFC 10017 section 6.3.2.3). */
  readonly kind: 'web' | 'native' | 'browser' | 'service'
  readonly authMethod: ClientAuthMethod
  readonly secrets: readonly ClientSecret[]
  readonly keys: readonly ClientKey[]
  /** Where it publishes its keys, instead of registering them (`jwks_uri`). */
  readonly jwksUri: string | undefined
  /** The one algorithm its assertions are signed with, if it named one (`token_endpoint_auth_signing_alg`). */
  readonly assertionAlg: ClientKey['alg'] | undefined
  readonly redirectUris: readonly RegisteredRedirectUri[]
  /** Port freedom for `http://localhost` too; the consent page then warns (requirements R8). */
  readonly allowLocalhostAnyPort: boolean
  readonly grantTypes: readonly string[]
  /** What it may ask for, and what a request without `scope` gets (DECISIONS 10). */
  readonly scope: Scope
  /** The audience of a request that names no `resource`. */
  readonly defaultResource: ResourceId | undefined
  /** The resources it stands for: it may introspect their tokens (RFC 7662 section 4). */
  readonly introspects: readonly ResourceId[]
  /** Reviewed by the operator. Unreviewed clients are always asked about and carry a warning. */
  readonly reviewed: boolean
  readonly provenance: 'operator' | 'self-registered' | 'metadata-document'
  /** Consent is not asked: the operator's own app. */
  readonly firstParty: boolean
  readonly lifetimes: ClientLifetimes
  /** It takes tokens bound to its key only (`dpop_bound_access_tokens`). */
  readonly dpopBound: boolean
  /** Its authorization requests are pushed or refused (`require_pushed_authorization_requests`). */
  readonly requiresPushed: boolean
  /**
   * Until then its requests may come without PKCE (requirements R1): for one that is being changed, never for a public
   * client nor for one that nobody knows.
   */
  readonly pkceExemptUntil: Instant | undefined
  /** Types of `authorization_details` it may ask for; `undefined` where all are open to it (RFC 9396 section 10). */
  readonly authorizationDetailTypes: readonly string[] | undefined
  /** What of OpenID Connect it is registered with. */
  readonly identity: ClientIdentity
  readonly logout: ClientLogout
  /** What it may exchange tokens for; nobody may without (requirements TX-5-01). */
  readonly tokenExchange: readonly ExchangeRule[]
  /** `undefined` for an operator's. */
  readonly registration: SelfRegistration | undefined
  readonly createdAt: Instant
  readonly disabledAt: Instant | undefined
  /** Whatever it was given before this instant is dead; never set back. */
  readonly validAfter: Instant
}

/** What is known of a client that made itself known, by registering or by a document about it. */
export interface SelfRegistration {
  /** SHA-256 of the secret part of what reads and changes it (RFC 7592); a document has none. */
  readonly tokenHash: string | undefined
  /** As it came (RFC 7591 section 2.3). */
  readonly softwareStatement: string | undefined
  /** Removed unless it is used so soon. */
  readonly firstUseWithin: Seconds
  /** Removed when it was not used for so long, and nothing that was issued to it is alive. */
  readonly unusedFor: Seconds
  /** When its name, redirect URIs or keys changed last: what a person allowed before says nothing about it now. */
  readonly changedAt: Instant | undefined
}

/** @see OpenID Connect Registration 1.0 section 2 */
export interface ClientIdentity {
  /** Which of `openid`, `profile`, `email` and their like it may ask for. Never part of a default scope. */
  readonly scope: Scope
  /** @default 'RS256' */
  readonly idTokenAlg: ClientKey['alg']
  /** Signed UserInfo answers, if it wants them signed. */
  readonly userInfoAlg: ClientKey['alg'] | undefined
  readonly subjectType: 'public' | 'pairwise'
  /** Where the list of all redirect URIs of its sector is. */
  readonly sectorIdentifierUri: string | undefined
  /** Of requests that name no `max_age`. */
  readonly defaultMaxAge: Seconds | undefined
  readonly defaultAcrValues: readonly string[]
}

/** @see OpenID Connect RP-Initiated Logout 1.0 section 3.1, Back-Channel Logout 1.0 section 2.2 */
export interface ClientLogout {
  readonly redirectUris: readonly RegisteredRedirectUri[]
  readonly backchannelUri: string | undefined
  /** Its logout tokens name the session, not only the person. */
  readonly needsSession: boolean
}

/** One thing a client may do by token exchange (RFC 8693). */
export interface ExchangeRule {
  /** Whose tokens it may bring: ids of clients; `undefined` for those of every client. */
  readonly from: readonly string[] | undefined
  readonly to: ResourceId
  /** No more than this, whatever the token has; `undefined` for all of it. */
  readonly scope: Scope | undefined
  /** `delegation` names the actor in the new token, `impersonation` does not. */
  readonly kind: 'delegation' | 'impersonation'
}

/** What a client has of the extensions unless its registration says otherwise. */
export const plainClient = {
  validAfter: 0 as Instant,
  dpopBound: false,
  requiresPushed: false,
  authorizationDetailTypes: undefined,
  identity: {
    scope: [] as readonly string[] as Scope,
    idTokenAlg: 'RS256',
    userInfoAlg: undefined,
    subjectType: 'public',
    sectorIdentifierUri: undefined,
    defaultMaxAge: undefined,
    defaultAcrValues: [],
  },
  logout: { redirectUris: [], backchannelUri: undefined, needsSession: false },
  tokenExchange: [],
} as const satisfies Partial<Client>

export interface ClientLifetimes {
  /** Overrides the resource's own. */
  readonly accessToken: Seconds | undefined
  /** Since its last use; `never` only where requirements R7 allows it: then revocation alone ends it. */
  readonly refreshIdle: Seconds | 'never'
  /** Since consent, however often it is used. */
  readonly refreshAbsolute: Seconds | 'never'
  /** A lost answer may be asked for again this long; the same successor comes back (requirements R6). 0 to 60. */
  readonly refreshRetry: Seconds
  /** A used refresh token stays the same one; only where it is good with the client's key alone (requirements R6). */
  readonly refreshKept: boolean
}
