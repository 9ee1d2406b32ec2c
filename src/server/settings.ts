import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { instant, seconds } from '../base/time.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { findSettingsFault } from '../protocol/profile.ts'
import type { Scope } from '../protocol/scope.ts'
import { parseRegistration } from './registration-options.ts'
import type { RegistrationOptions } from './registration-options.ts'
import { parseCutOff } from '../protocol/cut-off.ts'
import { defaultPaths, identityScopes, offlineAccess, profileFeatures } from '../protocol/settings.ts'
import type { Features, Paths, Profile, Settings } from '../protocol/settings.ts'
import { parseDetailTypes } from './detail-types.ts'
import type { DetailTypeOptions } from './detail-types.ts'
import { findAlgorithmFault } from './signing.ts'
import { parseTrustedIssuers } from './trusted-issuers.ts'
import type { TrustedIssuerOptions } from './trusted-issuers.ts'
import { parseResources } from './resource-options.ts'
import type { ResourceOptions } from './resource-options.ts'
import { parseScopes } from './scope-options.ts'
import type { ScopeOptions } from './scope-options.ts'
import { isWhole } from './whole.ts'

/** What an operator may decide. Defaults stand with the fields of `Settings`. */
export interface SettingsOptions {
  readonly issuer: string
  readonly development?: boolean
  readonly productName?: string
  readonly resources?: readonly ResourceOptions[]
  readonly scopes?: readonly ScopeOptions[]
  /** What access tokens are signed with where the resource says nothing else. @default 'ES256' */
  readonly signingAlgorithm?: SignatureAlgorithm
  /** What may be asked for in `authorization_details` (RFC 9396). @default none */
  readonly authorizationDetailTypes?: readonly DetailTypeOptions[]
  readonly paths?: Partial<Paths>
  /** @default 'oauth21' */
  readonly profile?: Profile
  /** What is on although the profile has it off, or the other way round. */
  readonly features?: Partial<Features>
  /** Every DPoP proof must hold a nonce of the server, which costs each client one more request at first. @default false */
  readonly dpopNonces?: boolean
  /** Of clients that make themselves known, where `features` lets them. */
  readonly registration?: RegistrationOptions
  /** Whose assertions are taken (RFC 7523 section 2.1). @default nobody's */
  readonly trustedIssuers?: readonly TrustedIssuerOptions[]
  /**
   * Ends whatever was given before, sessions too: `2027-03-31` or `2027-03-31T12:00:00Z`. For one client it is
   * `hufu_valid_after` in its registration.
   */
  readonly validAfter?: string
  /** Seconds, 10 to 600. */
  readonly codeLifetime?: number
  /** Seconds, 60 to 7_776_000 (90 days). */
  readonly sessionLifetime?: number
  /** Seconds, 60 to 86_400. */
  readonly transactionLifetime?: number
  /** Seconds, 30 to 599. */
  readonly pushedRequestLifetime?: number
  /** Seconds that audit events stay, 86_400 to 3_155_760_000 (a century); `never`: they are not removed. @default 34_560_000 */
  readonly auditRetention?: number | 'never'
}

/** Checks them all at once and says what is wrong with which. */
export function parseSettings(options: SettingsOptions): Result<Settings, string> {
  const development = options.development ?? false
  const issuer = checkIssuer(options.issuer, development)
  if (issuer !== undefined) return refuse(issuer)
  const validAfter = parseCutOff(options.validAfter)
  if (!validAfter.ok) return refuse(`validAfter: ${validAfter.error}`)
  const profile = options.profile ?? 'oauth21'
  const features = { ...profileFeatures[profile], ...options.features }
  const reserved = [offlineAccess, ...(features.openid ? identityScopes : [])]
  const scopes = parseScopes(options, reserved, development)
  if (!scopes.ok) return scopes
  const { signingAlgorithm = 'ES256' } = options
  const badAlgorithm = findAlgorithmFault(signingAlgorithm, profile)
  if (badAlgorithm !== undefined) return refuse(`signingAlgorithm: ${badAlgorithm}`)
  const defaults = { profile, signingAlgorithm, development }
  const resources = parseResources(options.resources ?? [], [...scopes.value.keys()], reserved, defaults)
  if (!resources.ok) return resources
  const details = parseDetailTypes(
    options.authorizationDetailTypes ?? [],
    resources.value,
    options.issuer as ResourceId,
  )
  if (!details.ok) return details
  const lifetimes = parseLifetimes(options, development)
  if (!lifetimes.ok) return lifetimes
  const registration = parseRegistration(
    { localhostAnyPort: profile === 'mcp', allScopes: profile === 'mcp', ...options.registration },
    { scopes: scopes.value, detailTypes: [...details.value.keys()], development },
  )
  if (!registration.ok) return registration
  const paths = { ...defaultPaths, ...options.paths }
  const badPath = checkPaths(paths)
  if (badPath !== undefined) return refuse(badPath)
  const trustedIssuers = parseTrustedIssuers(options.trustedIssuers ?? [], {
    issuer: options.issuer,
    scopes: [...scopes.value.keys()],
    resources: resources.value.size === 0 ? [options.issuer] : [...resources.value.keys()],
    development,
  })
  if (!trustedIssuers.ok) return trustedIssuers
  const fault = findSettingsFault({ profile, features, ...lifetimes.value, trustedIssuers: trustedIssuers.value })
  if (fault !== undefined) return refuse(fault)

  return accept({
    issuer: options.issuer,
    basePath: options.issuer.slice(new URL(options.issuer).origin.length),
    development,
    profile,
    productName: options.productName ?? 'Hufu',
    resources: resources.value,
    ownResource: {
      id: options.issuer as ResourceId,
      // Were there resources and it understood their scopes, all scopes would meet in one audience.
      scope: (resources.value.size === 0 ? [...scopes.value.keys()] : []) as readonly string[] as Scope,
      tokenFormat: 'jwt',
      accessTokenLifetime: seconds(600),
      signingAlgorithm,
    },
    scopes: scopes.value,
    signingAlgorithm,
    ...lifetimes.value,
    authorizationDetailTypes: details.value,
    paths,
    trustedIssuers: trustedIssuers.value,
    features,
    proofNonces: options.dpopNonces ?? false,
    validAfter: validAfter.value,
    restoredAt: instant(0),
    registration: registration.value,
  })
}

/** Seconds: least, most, and what holds unless it is set. Development may go below, so that an end can be waited for. */
const bounds = {
  codeLifetime: [10, 600, 60],
  sessionLifetime: [60, 90 * 86_400, 43_200],
  transactionLifetime: [60, 86_400, 3600],
  pushedRequestLifetime: [30, 599, 120],
  auditRetention: [86_400, 3_155_760_000, 400 * 86_400],
} as const

type Lifetimes = Pick<Settings, keyof typeof bounds>

function parseLifetimes(options: SettingsOptions, development: boolean): Result<Lifetimes, string> {
  const parsed: Record<string, number | 'never'> = {}
  for (const [name, [least, most, usual]] of Object.entries(bounds)) {
    const value = options[name as keyof typeof bounds] ?? usual
    const isEndless = name === 'auditRetention' && value === 'never'
    if (!isEndless && (value === 'never' || !isWhole(value, development ? 1 : least, most)))
      return refuse(`${name}: a whole number of seconds from ${least} to ${most}`)
    parsed[name] = value
  }

  return accept(parsed as unknown as Lifetimes)
}

/** What the server itself answers, and everything below. */
const ownPaths =
  /^\/(?:i|sign-in|sign-out|errors|assets|inspector)(?:\/|$)|^\/\.well-known\/(?:oauth-authorization-server|openid-configuration)(?:\/|$)/

function checkPaths(paths: Paths): string | undefined {
  for (const [name, path] of Object.entries<string>({ ...paths })) {
    const segments = path.split('/').slice(1)
    if (!path.startsWith('/') || !segments.every((each) => /^(?!\.{1,2}$)[A-Za-z0-9\-._~]+$/.test(each)))
      return `paths.${name}: a path begins with a slash and has unreserved characters only`
    if (ownPaths.test(path)) return `paths.${name}: this path is taken`
  }

  return new Set(Object.values(paths)).size < Object.keys(paths).length
    ? 'paths: no two endpoints share one'
    : undefined
}

/** @see RFC 8414 section 2, OAuth 2.1 section 1.5 */
function checkIssuer(issuer: string, development: boolean): string | undefined {
  const url = URL.parse(issuer)
  if (url === null) return 'issuer: an absolute URL'
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(development && loopback && url.protocol === 'http:')) {
    return 'issuer: https is required; http is for development on localhost, 127.0.0.1 or [::1]'
  }
  if (issuer.includes('?') || issuer.includes('#')) return 'issuer: no query and no fragment'

  const written = url.origin + url.pathname.replace(/\/+$/, '')
  if (issuer !== written) return `issuer: must be written ${written}`

  return /^(\/[A-Za-z0-9._~-]+)*$/.test(url.pathname.replace(/\/+$/, ''))
    ? undefined
    : 'issuer: its path has unreserved characters only'
}
