import { hash } from 'node:crypto'
import type { Instant } from '../base/time.ts'
import type { SignatureAlgorithm } from '../jose/algorithms.ts'
import { parseKeySet, type VerificationKey } from '../jose/jwk.ts'
import { fetchJson } from './fetch-json.ts'
import { keepValue, type KeptValue } from './kept-value.ts'
import { isEndpointOf } from './trusted-url.ts'

/** What the guard learns from the authorization server, fetched when first needed and kept. */
export interface Issuer {
  readonly issuer: string
  readonly endpoints: KeptValue<IssuerEndpoints>
  readonly keys: KeptValue<IssuerKeys>
}

export interface IssuerEndpoints {
  readonly jwksUri: string | undefined
  readonly introspectionEndpoint: string | undefined
  readonly revocationFeedEndpoint: string | undefined
}

export interface IssuerKeys {
  readonly keys: readonly VerificationKey[]
  /** Tells whether a fetched set is another one. */
  readonly fingerprint: string
}

/** While the authorization server is down, what was fetched last is used this long, in milliseconds. */
export const maxStaleness = 60 * 60 * 1000
/** Least time between two fetches of the metadata that are due before their time, in milliseconds. */
const metadataPause = 5 * 1000
/** Least time between two fetches that an unknown `kid` brings about, in milliseconds (attack row RS-05). */
export const renewalPause = 30 * 1000
const maxKeys = 100

/**
 * @param options.keysMaxAge milliseconds after which the key set is fetched again, and a key that was taken out of it
 * is refused
 */
export function createIssuer(options: {
  readonly issuer: string
  readonly fetch: typeof fetch
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly keysMaxAge: number
}): Issuer {
  const times = { fresh: options.keysMaxAge, stale: Math.max(maxStaleness, options.keysMaxAge), renewal: renewalPause }
  const endpoints = keepValue(() => loadEndpoints(options.issuer, options.fetch), { ...times, renewal: metadataPause })

  const loadKeys = async (previous: IssuerKeys | undefined, now: Instant) => {
    // Together with the keys, so that a jwks_uri that moved or was wrong is found again.
    const uri = (await endpoints.renewed(now))?.jwksUri
    const document = uri === undefined ? undefined : await fetchJson(options.fetch, uri)
    const set = parseKeySet(document, { maxKeys, unusable: 'skip' })
    if (!set.ok) return undefined

    const fingerprint = hash('sha256', JSON.stringify(document), 'base64url')
    if (fingerprint === previous?.fingerprint) return previous

    return { keys: set.value.filter((each) => options.algorithms.includes(each.alg)), fingerprint }
  }

  return { issuer: options.issuer, endpoints, keys: keepValue(loadKeys, times) }
}

/**
 * Where the metadata of an issuer is: the well-known path between host and path, whose last slash is dropped.
 *
 * @see RFC 8414 section 3.1
 */
export function issuerMetadataUrl(issuer: string): string {
  const { origin, pathname } = new URL(issuer)

  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`
}

/** A document of another issuer is not used at all (RFC 8414 section 3.3), nor is an endpoint without TLS. */
async function loadEndpoints(issuer: string, send: typeof fetch): Promise<IssuerEndpoints | undefined> {
  const document = await fetchJson(send, issuerMetadataUrl(issuer))
  if (document === undefined || document['issuer'] !== issuer) return undefined

  const read = (name: string) => (isEndpointOf(issuer, document[name]) ? document[name] : undefined)
  return {
    jwksUri: read('jwks_uri'),
    introspectionEndpoint: read('introspection_endpoint'),
    revocationFeedEndpoint: read('hufu_revocation_feed_endpoint'),
  }
}
