import { uuid7 } from '../base/id.ts'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { parseExtensions } from './client-extensions.ts'
import { parseCutOff } from './cut-off.ts'
import { parseExemption } from './pkce-exemption.ts'
import { findBadText } from './client-links.ts'
import { parseLifetimes } from './client-lifetimes.ts'
import { parseMetadataShape } from './client-metadata-shape.ts'
import type { Metadata } from './client-metadata-shape.ts'
import { parseAuthMethod, parseKeys, parseSecrets, remoteKeysOf } from './client-proof.ts'
import type { Client, ClientAuthMethod, ClientId } from './client.ts'
import { parseDisplayText } from './display-text.ts'
import { isPairwise } from './pairwise.ts'
import { findClientFault } from './profile.ts'
import { parseRedirectUri, provesIdentity } from './redirect-uri.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'
import type { RegistrationContext } from './registration-context.ts'
import type { ResourceId } from './resource.ts'
import { intersect, parseScope, union } from './scope.ts'
import { readSelfRegistration } from './self-registration.ts'
import type { Scope } from './scope.ts'
import { identityScopes, offlineAccess } from './settings.ts'

export interface RegisteredClient {
  readonly client: Client
  /** In plain text, to be shown once; `undefined` if the client has none or brought it. */
  readonly madeSecret: string | undefined
}

/** @see RFC 8628 section 3.4 */
export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

const supportedGrants = ['authorization_code', 'refresh_token', 'client_credentials']

/**
 * The one reader of client metadata, whoever sends it: seed file, console, registration endpoint, metadata document.
 * What it lets pass is complete and consistent (O21-2-01); the error begins with the member it is about and is
 * ASCII without quotes and backslashes, so that it may stand in an answer.
 *
 * - Defaults are those of RFC 7591: `client_secret_basic`, `authorization_code`, `code`. A native app is public.
 * - Without `scope` the client may ask for everything in `known.scopes`.
 * - An app on a device or in the page cannot keep a secret, so it is public whatever it brings (O21-2.4-01): a
 *   method other than `none` is refused there, and `none` is refused where a server could keep one.
 * - Outside operators' hands, grants and scopes beyond what may be had are left out, never silently added (RG-02).
 *
 * @see RFC 7591 section 2
 */
export function parseClientMetadata(raw: unknown, known: RegistrationContext): Result<RegisteredClient, string> {
  const byOperator = known.provenance === 'operator'
  const shape = parseMetadataShape(raw, byOperator)
  if (!shape.ok) return shape
  const badText = findBadText(raw as object, known.development)
  if (badText !== undefined) return refuse(badText)
  const read = byOperator ? shape : readSelfRegistration(raw as object, shape.value, known)
  if (!read.ok) return read
  const metadata = read.value

  const id = parseId(metadata.client_id, known)
  if (!id.ok) return id
  const developer = metadata.hufu_developer === undefined ? undefined : parseDisplayText(metadata.hufu_developer)
  if (developer?.ok === false) return refuse(`hufu_developer: ${developer.error}`)
  const grantTypes = parseGrantTypes(metadata, known)
  if (!grantTypes.ok) return grantTypes
  const redirectUris = parseRedirectUris(metadata, grantTypes.value)
  if (!redirectUris.ok) return redirectUris
  const authMethod = parseAuthMethod(metadata)
  if (!authMethod.ok) return authMethod
  const kind = decideKind(metadata, authMethod.value, grantTypes.value, redirectUris.value)
  if (!kind.ok) return kind
  const secrets = parseSecrets(metadata, authMethod.value, known)
  if (!secrets.ok) return secrets
  const keys = parseKeys(metadata, authMethod.value, known)
  if (!keys.ok) return keys
  const scope = parseClientScope(metadata.scope, grantTypes.value, known)
  if (!scope.ok) return scope
  const lifetimes = parseLifetimes(kind.value, metadata)
  if (!lifetimes.ok) return lifetimes
  const extensions = parseExtensions(metadata, known)
  if (!extensions.ok) return extensions
  const exempt = parseExemption(metadata, authMethod.value, known)
  if (!exempt.ok) return exempt
  const validAfter = parseCutOff(metadata.hufu_valid_after)
  if (!validAfter.ok) return refuse(`hufu_valid_after: ${validAfter.error}`)
  const resources = [...(metadata.hufu_resources ?? []), metadata.hufu_default_resource ?? []].flat()
  if (!resources.every((each) => known.resources.includes(each)))
    return refuse('hufu_resources, hufu_default_resource: a resource is not known here')

  const type = authMethod.value === 'none' ? 'public' : 'confidential'
  if (metadata.hufu_first_party === true && type === 'public' && !redirectUris.value.every(provesIdentity))
    return refuse('hufu_first_party: only an https redirect URI proves who a public client is')

  const client: Client = {
    id: id.value,
    name: nameOf(metadata, id.value),
    homepage: metadata.client_uri,
    developer: developer?.value,
    type,
    kind: kind.value,
    authMethod: authMethod.value,
    secrets: secrets.value.secrets,
    keys: keys.value,
    ...remoteKeysOf(metadata, authMethod.value),
    redirectUris: redirectUris.value,
    allowLocalhostAnyPort: metadata.hufu_allow_localhost_any_port ?? false,
    grantTypes: grantTypes.value,
    scope: scope.value,
    defaultResource: metadata.hufu_default_resource as ResourceId | undefined,
    introspects: [...new Set(metadata.hufu_resources)] as ResourceId[],
    reviewed: byOperator && (metadata.hufu_reviewed ?? true),
    provenance: known.provenance,
    firstParty: metadata.hufu_first_party ?? false,
    lifetimes: lifetimes.value,
    ...extensions.value,
    pkceExemptUntil: exempt.value,
    validAfter: validAfter.value,
    registration: undefined,
    createdAt: known.now,
    disabledAt: undefined,
  }

  const fault = findClientFault(client, known.profile ?? 'oauth21')

  return fault === undefined ? accept({ client, madeSecret: secrets.value.made }) : refuse(fault)
}

/**
 * Ids of ours begin with `app_`, so they are never an address and never the id of an account (attack decision D10);
 * a chosen one keeps to the grammar of OAuth 2.1 appendix A.
 */
function parseId(chosen: string | undefined, known: RegistrationContext): Result<ClientId, string> {
  if (chosen === undefined || known.provenance === 'self-registered')
    return accept(`app_${uuid7(known.now, known.random(10))}` as ClientId)
  // Spaces may stand inside (OAuth 2.1 appendix A), not at an end, where nobody would see them.
  if (!/^[\x20-\x7E]{1,500}$/.test(chosen) || chosen !== chosen.trim())
    return refuse('client_id: must be 1 to 500 ASCII characters without a space at either end')
  if (/^[0-9a-f]{32}$/.test(chosen) || isPairwise(chosen))
    return refuse('client_id: must not look like the id of an account')

  return accept(chosen as ClientId)
}

function nameOf(metadata: Metadata, id: ClientId): string {
  const name = metadata.client_name === undefined ? undefined : parseDisplayText(metadata.client_name)

  return name?.ok === true ? name.value : id
}

function parseGrantTypes(metadata: Metadata, known: RegistrationContext): Result<readonly string[], string> {
  const byOperator = known.provenance === 'operator'
  const asked = [...new Set(metadata.grant_types ?? ['authorization_code'])]
  const gone = ['implicit', 'password'].find((each) => asked.includes(each))
  if (gone !== undefined) return refuse(`grant_types: ${gone} does not exist in OAuth 2.1, use authorization_code`)
  const may = byOperator
    ? [...supportedGrants, ...(known.furtherGrants ?? [])]
    : supportedGrants.filter((each) => each !== 'client_credentials')
  if (byOperator && !asked.every((each) => may.includes(each)))
    return refuse(`grant_types: must be of ${may.join(', ')}`)
  const granted = asked.filter((each) => may.includes(each))
  const withCode = granted.includes('authorization_code')
  // An API that only introspects asks for no tokens of its own.
  if (granted.length === 0 && !metadata.hufu_resources?.length)
    return refuse(`grant_types: must name one of ${may.join(', ')}`)
  if (granted.includes('refresh_token') && !withCode && !granted.includes(deviceCodeGrant))
    return refuse('grant_types: refresh_token needs authorization_code, which gives the first one')

  const responses = metadata.response_types ?? (withCode ? ['code'] : [])
  if (responses.some((each) => each !== 'code')) return refuse('response_types: must be code')
  if (withCode !== responses.includes('code'))
    return refuse('response_types: must hold code if, and only if, grant_types holds authorization_code')

  return accept(granted)
}

function parseRedirectUris(
  metadata: Metadata,
  grantTypes: readonly string[],
): Result<readonly RegisteredRedirectUri[], string> {
  const parsed: RegisteredRedirectUri[] = []
  for (const [at, raw] of (metadata.redirect_uris ?? []).entries()) {
    const uri = parseRedirectUri(raw)
    if (!uri.ok) return refuse(`redirect_uris[${at}]: ${uri.error}`)
    parsed.push(uri.value)
  }
  if (parsed.length === 0 && grantTypes.includes('authorization_code'))
    return refuse('redirect_uris: authorization_code needs one')

  return accept([...new Set(parsed)])
}

function decideKind(
  metadata: Metadata,
  method: ClientAuthMethod,
  grantTypes: readonly string[],
  redirectUris: readonly RegisteredRedirectUri[],
): Result<Client['kind'], string> {
  const withCode = grantTypes.includes('authorization_code')
  if (method === 'none') {
    if (grantTypes.includes('client_credentials'))
      return refuse('grant_types: client_credentials needs a confidential client')
    // The stricter reading of a mixed list: what has a page's address may run in a page.
    const mayBePage = metadata.application_type === 'web' || redirectUris.some(provesIdentity)
    const guess = metadata.application_type === 'native' || !mayBePage ? 'native' : 'browser'
    const kind = metadata.hufu_kind ?? guess
    if (kind === 'web' || kind === 'service')
      return refuse(`hufu_kind: a ${kind} client has a server that keeps a secret, so its method is not none`)
    if (kind === 'native' && metadata.application_type === 'web')
      return refuse('hufu_kind: native contradicts application_type')

    return accept(kind)
  }
  const kind = metadata.hufu_kind ?? (metadata.application_type === 'native' ? 'native' : withCode ? 'web' : 'service')
  if (kind === 'native' || kind === 'browser')
    return refuse('token_endpoint_auth_method: an app on a device or in a page keeps no secret, use none')
  if (kind === 'service' && withCode) return refuse('hufu_kind: a service has no authorization_code')

  return accept(kind)
}

/** Names of OpenID Connect that many registrations hold: left out where they are not offered, no reason to refuse. */
const wellKnownScopes = [...identityScopes, offlineAccess]

/** `offline_access` is for every client that may refresh, whether or not it is declared here (DECISIONS 9). */
function parseClientScope(
  raw: string | undefined,
  grantTypes: readonly string[],
  known: RegistrationContext,
): Result<Scope, string> {
  const all = known.scopes as readonly string[] as Scope
  if (raw === undefined) return accept(all)
  const asked = parseScope(raw === '' ? undefined : raw)
  if (!asked.ok) return refuse('scope: must be scope names with single spaces between them')
  const may = [...all, ...(grantTypes.includes('refresh_token') ? [offlineAccess] : [])] as readonly string[] as Scope
  const unknown = asked.value.find((each) => !may.includes(each) && !wellKnownScopes.includes(each))
  if (known.provenance === 'operator' && unknown !== undefined)
    return refuse(`scope: ${unknown.slice(0, 100)} is not known here`)

  const given = intersect(asked.value, may)
  return accept(known.allScopes === true ? union(given, all) : given)
}
