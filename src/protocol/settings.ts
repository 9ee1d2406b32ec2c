import type { Seconds } from '../base/time.ts'
import type { Resource, ResourceId, ScopeText } from './resource.ts'

/** What an operator decided, checked once at start. */
export interface Settings {
  /** Exactly as clients know it: `https`, no query, no fragment, no trailing slash. */
  readonly issuer: string
  /** The issuer's path, empty if it has none: what every address of ours begins with after the host. */
  readonly basePath: string
  /** `http` on loopback, exact errors to everybody, a banner on every page. Never in production. */
  readonly development: boolean
  readonly productName: string
  readonly resources: ReadonlyMap<ResourceId, Resource>
  /** Stands in for a resource where none is registered: its audience is the issuer. */
  readonly ownResource: Resource
  readonly scopes: ReadonlyMap<string, ScopeText>
  /** @default 60 (10 to 600); OAuth 2.1 section 4.1.2 */
  readonly codeLifetime: Seconds
  /** @default 43_200 */
  readonly sessionLifetime: Seconds
  /** How long a person may take to sign in and decide. @default 3600 */
  readonly transactionLifetime: Seconds
  readonly paths: Paths
}

/** Where the endpoints are, below the issuer's path (DECISIONS 12). */
export interface Paths {
  readonly authorize: string
  readonly token: string
  readonly revoke: string
  readonly introspect: string
  readonly jwks: string
}

export const defaultPaths: Paths = {
  authorize: '/authorize',
  token: '/token',
  revoke: '/revoke',
  introspect: '/introspect',
  jwks: '/.well-known/jwks.json',
}

/** Accepted from every client that may refresh, shown on consent, demanded of nobody (DECISIONS 9). */
export const offlineAccess = 'offline_access'
