import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { parseClientKey } from '../client-auth/client-keys.ts'
import type { ClientId, ClientKey } from '../protocol/client.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import type { TrustedIssuer } from '../protocol/trusted-issuer.ts'

/** As in `TrustedIssuer`; what is left out is not allowed. */
export interface TrustedIssuerOptions {
  readonly issuer: string
  /** Its public keys, as a JWK Set; or `jwksUri`, where they are. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly jwksUri?: string
  readonly clients: readonly string[]
  /** @default false */
  readonly publicClients?: boolean
  readonly subject: TrustedIssuer['subject']
  /** Required where `subject` is `client`: many an issuer speaks for machines of all the world. */
  readonly subjects?: readonly string[]
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
}

interface Known {
  readonly issuer: string
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  /** `http` addresses on loopback. */
  readonly development: boolean
}

const maxKeys = 20

/** Reads the issuers of the settings; the error names the place. */
export function parseTrustedIssuers(
  raw: readonly TrustedIssuerOptions[],
  known: Known,
): Result<ReadonlyMap<string, TrustedIssuer>, string> {
  const issuers = new Map<string, TrustedIssuer>()
  for (const [at, options] of raw.entries()) {
    const parsed = parseIssuer(options, known)
    if (!parsed.ok) return refuse(`trustedIssuers[${at}].${parsed.error}`)
    if (issuers.has(options.issuer)) return refuse(`trustedIssuers[${at}].issuer: stands there twice`)
    issuers.set(options.issuer, parsed.value)
  }

  return accept(issuers)
}

function parseIssuer(options: TrustedIssuerOptions, known: Known): Result<TrustedIssuer, string> {
  if (!isAddress(options.issuer, known)) return refuse('issuer: an https address')
  if (options.issuer === known.issuer) return refuse('issuer: this server does not speak for itself')
  const keys = parseKeys(options, known)
  if (!keys.ok) return keys
  if (options.clients.length === 0) return refuse('clients: must name one')
  if (options.subject === 'client' && options.subjects === undefined)
    return refuse('subjects: is required where subject is client')
  const scope = parseScope(options.scopes.length === 0 ? undefined : options.scopes.join(' '))
  if (!scope.ok || !scope.value.every((each) => known.scopes.includes(each)))
    return refuse('scopes: one is not known here')
  if (options.resources.length === 0) return refuse('resources: must name one')
  const unknown = options.resources.findIndex((each) => !known.resources.includes(each))
  if (unknown >= 0) return refuse(`resources[${unknown}]: is not known here`)

  return accept({
    issuer: options.issuer,
    keys: keys.value,
    jwksUri: options.jwksUri,
    clients: options.clients as readonly ClientId[],
    publicClients: options.publicClients ?? false,
    subject: options.subject,
    subjects: options.subjects,
    scope: scope.value,
    resources: options.resources as readonly ResourceId[],
  })
}

/** Either the keys or where they are: with both, nobody could tell which count. */
function parseKeys({ jwks, jwksUri }: TrustedIssuerOptions, known: Known): Result<readonly ClientKey[], string> {
  if ((jwks === undefined) === (jwksUri === undefined)) return refuse('jwks: give either jwks or jwksUri')
  if (jwksUri !== undefined) return isAddress(jwksUri, known) ? accept([]) : refuse('jwksUri: an https address')
  const { keys } = jwks ?? { keys: [] }
  if (keys.length === 0 || keys.length > maxKeys) return refuse(`jwks: must have 1 to ${maxKeys} keys`)
  const parsed = keys.map(parseClientKey)
  const bad = parsed.findIndex((each) => !each.ok)

  return bad >= 0
    ? refuse(`jwks.keys[${bad}]: must be a public key for signatures`)
    : accept(parsed.flatMap((each) => (each.ok ? [each.value] : [])))
}

function isAddress(text: string, { development }: Known): boolean {
  const url = URL.parse(text)
  if (url === null || text.includes('#')) return false
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)

  return url.protocol === 'https:' || (development && loopback && url.protocol === 'http:')
}
