import { signatureAlgorithms, type SignatureAlgorithm } from '../jose/algorithms.ts'
import { parseScope } from '../protocol/scope.ts'
import type { Decision } from './decision.ts'
import { checkDPoPOptions, type DPoPOptions } from './dpop-options.ts'
import type { ScopeHierarchy } from './scope-hierarchy.ts'
import type { IntrospectionCredentials } from './introspection-reader.ts'
import type { RevocationOptions } from './revocations.ts'
import { readServerUrl } from './trusted-url.ts'

export interface GuardOptions {
  /**
   * The identifier of this API, as clients name it with `resource` and as it stands in `aud` of its tokens. Compared
   * octet for octet. An https URL without query and fragment; `http` on a loopback host is for development.
   *
   * @see RFC 9728 section 1.2
   */
  readonly resource: string
  /** The authorization server whose tokens are admitted, exactly as it calls itself. Same form as `resource`. */
  readonly issuer: string
  /**
   * How to ask the issuer about tokens. Given, **every** token is asked about, a JWT too: what was revoked is refused
   * within {@link introspectionMaxAgeSeconds}. Left out, only JWTs (`at+jwt`) are admitted, checked here with the
   * issuer's published keys; they hold until they expire. See {@link jwt} for the way between.
   */
  readonly introspection?: IntrospectionCredentials
  /**
   * With `introspection`: `'local'` checks JWTs here, at no cost and without seeing revocation, and asks about opaque
   * tokens only.
   *
   * @default 'introspect' if `introspection` is given, else 'local'
   */
  readonly jwt?: 'local' | 'introspect'
  /**
   * Follows the revocation feed of the issuer, for JWTs that are checked here: what was revoked is refused within a second.
   * Left out, they hold until they expire.
   */
  readonly revocations?: RevocationOptions
  /** How long an answer of the issuer is used, 0 to 300 seconds; 0 asks on every request. Never beyond `exp`. @default 30 */
  readonly introspectionMaxAgeSeconds?: number
  /** After this long a key that the issuer no longer publishes is refused, 30 to 86400 seconds. @default 600 */
  readonly keysMaxAgeSeconds?: number
  /** What a JWT may be signed with. @default all that are supported */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /** How far the clocks of issuer and API may differ, 0 to 60 seconds. @default 5 */
  readonly clockSkewSeconds?: number
  /** For the metadata document: the scopes a client may ask for. `offline_access` is none of an API's. */
  readonly scopesSupported?: readonly string[]
  /**
   * Scopes that stand for others: `{ 'notes.write': ['notes.read'] }` lets a token that may write also read. Each names
   * everything it stands for. @default none
   */
  readonly scopeHierarchy?: ScopeHierarchy
  /**
   * Tokens that are bound to a key of the client are taken with a proof of that key (RFC 9449). `{}` takes bearer tokens
   * too. Left out, bound tokens are refused, for nothing here would check the key.
   */
  readonly dpop?: DPoPOptions
  /** For the metadata document: the types of `authorization_details` that this API reads (RFC 9396). */
  readonly authorizationDetailsTypes?: readonly string[]
  /** For the metadata document: the name of this API for people. */
  readonly resourceName?: string
  readonly fetch?: typeof fetch
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Told of every decision. Runs before the answer; what it throws fails the request. */
  readonly onDecision?: (decision: Decision) => void
}

/** The options with their defaults. Throws a `TypeError` that names the option: a guard set up wrongly never starts. */
export function checkOptions(options: GuardOptions) {
  for (const name of ['resource', 'issuer'] as const) {
    const url = readServerUrl(options[name])
    if (typeof url === 'string') throw new TypeError(`${name} ${url}: ${options[name]}`)
  }
  const algorithms = options.algorithms ?? signatureAlgorithms
  if (algorithms.length === 0 || !algorithms.every((each) => signatureAlgorithms.includes(each))) {
    throw new TypeError(`algorithms must be some of ${signatureAlgorithms.join(', ')}`)
  }
  if (options.jwt === 'introspect' && options.introspection === undefined) {
    throw new TypeError(`jwt: 'introspect' needs introspection`)
  }
  if (!(options.scopesSupported ?? []).every(isScopeOfApi)) {
    throw new TypeError('scopesSupported must be scopes of this API; offline_access is none')
  }
  if (
    !Object.entries(options.scopeHierarchy ?? {})
      .flat(2)
      .every(isScopeOfApi)
  ) {
    throw new TypeError('scopeHierarchy must be scopes of this API')
  }
  if (options.introspection?.clientId === '' || options.introspection?.clientSecret === '') {
    throw new TypeError('introspection needs a clientId and a clientSecret')
  }

  if (options.revocations !== undefined) checkRevocations(options.revocations, options.introspection, options.jwt)

  return {
    ...options,
    algorithms,
    jwt: options.jwt ?? (options.introspection === undefined ? 'local' : 'introspect'),
    introspectionMaxAgeSeconds: inRange('introspectionMaxAgeSeconds', options.introspectionMaxAgeSeconds ?? 30, 0, 300),
    keysMaxAgeSeconds: inRange('keysMaxAgeSeconds', options.keysMaxAgeSeconds ?? 600, 30, 86_400),
    clockSkewSeconds: inRange('clockSkewSeconds', options.clockSkewSeconds ?? 5, 0, 60),
    scopesSupported: options.scopesSupported ?? [],
    scopeHierarchy: options.scopeHierarchy ?? {},
    dpop: options.dpop === undefined ? undefined : checkDPoPOptions(options.dpop, options.resource),
    authorizationDetailsTypes: options.authorizationDetailsTypes ?? [],
    fetch: options.fetch ?? fetch,
    now: options.now ?? Date.now,
  }
}

export type CheckedOptions = ReturnType<typeof checkOptions>

/** Whether a client may refresh is between it and the authorization server. */
const isScopeOfApi = (name: string) => name !== 'offline_access' && !name.includes(' ') && parseScope(name).ok

function inRange(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw new TypeError(`${name} must be ${least} to ${most}, not ${value}`)

  return value
}

function checkRevocations(
  { clientId, clientSecret, staleAfterSeconds = 15, maxEntries = 1 }: RevocationOptions,
  introspection: IntrospectionCredentials | undefined,
  jwt: GuardOptions['jwt'],
): void {
  if (clientId === '' || clientSecret === '') throw new TypeError('revocations needs a clientId and a clientSecret')
  if (introspection !== undefined && jwt !== 'local')
    throw new TypeError(`revocations is for JWTs that are checked here: with introspection it needs jwt: 'local'`)
  inRange('revocations.staleAfterSeconds', staleAfterSeconds, 5, 3600)
  inRange('revocations.maxEntries', maxEntries, 1, 10_000_000)
}
