import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { DetailType } from './detail-type.ts'
import type { RegistrationSettings } from './registration-settings.ts'
import type { Resource, ResourceId, ScopeText } from './resource.ts'
import type { Scope } from './scope.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'

/** What an operator decided, checked once at start. */
export interface Settings {
  /** Exactly as clients know it: `https`, no query, no fragment, no trailing slash. */
  readonly issuer: string
  /** The issuer's path, empty if it has none: what every address of ours begins with after the host. */
  readonly basePath: string
  /** `http` on loopback, exact errors to everybody, a banner on every page. Never in production. */
  readonly development: boolean
  readonly profile: Profile
  readonly productName: string
  readonly resources: ReadonlyMap<ResourceId, Resource>
  /** Stands in for a resource where none is registered: its audience is the issuer. */
  readonly ownResource: Resource
  readonly scopes: ReadonlyMap<string, ScopeText>
  /** What is signed with where nothing else is chosen. @default 'ES256' */
  readonly signingAlgorithm: SignatureAlgorithm
  /** @default 60 (10 to 600); OAuth 2.1 section 4.1.2 */
  readonly codeLifetime: Seconds
  /** @default 43_200 */
  readonly sessionLifetime: Seconds
  /** How long a person may take to sign in and decide. @default 3600 */
  readonly transactionLifetime: Seconds
  /** How long a pushed request waits for its browser (RFC 9126 section 2.2). @default 120 (30 to 599) */
  readonly pushedRequestLifetime: Seconds
  /** How long audit events stay; their seals stay for ever. @default 34_560_000 (400 days) */
  readonly auditRetention: Seconds | 'never'
  /** Kinds of `authorization_details` (RFC 9396), by type. Without one there are none. */
  readonly authorizationDetailTypes: ReadonlyMap<string, DetailType>
  readonly paths: Paths
  readonly features: Features
  /** Whose assertions are taken, by their `iss` (RFC 7523); none unless the operator names them. */
  readonly trustedIssuers: ReadonlyMap<string, TrustedIssuer>
  /** Every DPoP proof must hold a nonce of ours: proofs cannot be made ahead (RFC 9449 section 8). @default false */
  readonly proofNonces: boolean
  /** Whatever was given before this instant is dead, sessions too. */
  readonly validAfter: Instant
  /**
   * When the database was put back from a backup; 0 if never. What could be used once, and says that it was made before,
   * may have been used: the database does not know any more.
   */
  readonly restoredAt: Instant
  /** Of clients that make themselves known, by registering or by a document. */
  readonly registration: RegistrationSettings
}

/** One word for what a server is set up for; it decides every feature that is not named itself. */
export type Profile = 'oauth21' | 'mcp' | 'fapi2'

/**
 * What is on. What is off has no route, no member in discovery and no page; what is on still asks each client's
 * registration.
 */
export interface Features {
  /** Pushed authorization requests (RFC 9126). `required`: no others are taken. */
  readonly pushedRequests: 'off' | 'on' | 'required'
  /** Tokens bound to a key of the client (RFC 9449). `required`: no bearer tokens are issued. */
  readonly dpop: 'off' | 'on' | 'required'
  /** A device shows a code, the person decides elsewhere (RFC 8628). Off unless asked for: codes can be phished. */
  readonly deviceGrant: boolean
  /** One token for another (RFC 8693), for those whom a policy allows it. */
  readonly tokenExchange: boolean
  /** Sign-in for apps: ID tokens, UserInfo, logout (OpenID Connect). */
  readonly openid: boolean
  /** Clients that register themselves (RFC 7591): not at all, with an initial access token, or anybody within limits. */
  readonly registration: 'off' | 'token' | 'open'
  /** Clients whose id is the address of a document about them. */
  readonly clientIdMetadataDocuments: boolean
  /** What ended before its time, for guards that verify JWTs by themselves. */
  readonly revocationFeed: boolean
}

const usualFeatures: Features = {
  pushedRequests: 'on',
  dpop: 'on',
  deviceGrant: false,
  tokenExchange: false,
  openid: true,
  registration: 'off',
  clientIdMetadataDocuments: false,
  revocationFeed: false,
}

/** What each profile turns on, unless a feature is named itself. */
export const profileFeatures: Readonly<Record<Profile, Features>> = {
  oauth21: usualFeatures,
  mcp: { ...usualFeatures, registration: 'open', clientIdMetadataDocuments: true },
  fapi2: { ...usualFeatures, pushedRequests: 'required', dpop: 'required' },
}

/** Where the endpoints are, below the issuer's path (DECISIONS 12). */
export interface Paths {
  readonly authorize: string
  readonly token: string
  readonly revoke: string
  readonly introspect: string
  readonly revocationFeed: string
  readonly jwks: string
  readonly pushedRequest: string
  readonly deviceAuthorization: string
  /** The page where a person enters the code of a device. */
  readonly device: string
  readonly userInfo: string
  readonly endSession: string
  /** Of each registered client below it too. */
  readonly register: string
}

export const defaultPaths: Paths = {
  authorize: '/authorize',
  token: '/token',
  revoke: '/revoke',
  introspect: '/introspect',
  revocationFeed: '/revocations',
  jwks: '/.well-known/jwks.json',
  pushedRequest: '/par',
  deviceAuthorization: '/device_authorization',
  device: '/device',
  userInfo: '/userinfo',
  endSession: '/end-session',
  register: '/register',
}

/** What OpenID Connect asks for about the person (Core 1.0 section 5.4); no API has these. */
export const identityScopes = ['openid', 'profile', 'email', 'address', 'phone'] as readonly string[] as Scope

/** Accepted from every client that may refresh, shown on consent, demanded of nobody (DECISIONS 9). */
export const offlineAccess = 'offline_access'
