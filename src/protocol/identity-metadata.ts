import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { signatureAlgorithmNames } from '../base/signature-algorithm.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { seconds } from '../base/time.ts'
import type { Metadata } from './client-metadata-shape.ts'
import type { Client } from './client.ts'
import { hostsOf } from './pairwise.ts'
import type { RegistrationContext } from './registration-context.ts'
import { emptyScope } from './scope.ts'
import type { Scope } from './scope.ts'
import { identityScopes } from './settings.ts'

const algorithmMembers = ['id_token_signed_response_alg', 'userinfo_signed_response_alg'] as const

/**
 * What client metadata say of OpenID Connect. Identity scopes: those that `scope` names, or all where it is left out.
 * Refused: an algorithm that this server does not sign with, a negative `default_max_age`, and a pairwise client that
 * does not say which of its several hosts is its sector.
 *
 * @see OpenID Connect Registration 1.0 section 2
 */
export function parseIdentity(metadata: Metadata, known: RegistrationContext): Result<Client['identity'], string> {
  const supported = known.signingAlgorithms ?? signatureAlgorithmNames
  const wrong = algorithmMembers.find(
    (each) => metadata[each] !== undefined && !(supported as readonly string[]).includes(metadata[each]),
  )
  if (wrong !== undefined) return refuse(`${wrong}: must be of ${supported.join(', ')}`)
  const maxAge = metadata.default_max_age
  if (maxAge !== undefined && maxAge < 0) return refuse('default_max_age: must not be negative')
  const sector = metadata.sector_identifier_uri
  const isPairwise = metadata.subject_type === 'pairwise'
  if (isPairwise && sector === undefined && hostsOf(metadata.redirect_uris ?? []).length > 1)
    return refuse('sector_identifier_uri: a pairwise client with redirect URIs on several hosts needs it')
  const usual = supported.includes('RS256') ? 'RS256' : supported[0]!

  return accept({
    scope: identityScopeOf(metadata.scope),
    idTokenAlg: (metadata.id_token_signed_response_alg as SignatureAlgorithm | undefined) ?? usual,
    userInfoAlg: metadata.userinfo_signed_response_alg as SignatureAlgorithm | undefined,
    subjectType: metadata.subject_type ?? 'public',
    sectorIdentifierUri: sector,
    defaultMaxAge: maxAge === undefined ? undefined : seconds(maxAge),
    defaultAcrValues: metadata.default_acr_values ?? [],
  })
}

function identityScopeOf(scope: string | undefined): Scope {
  if (scope === undefined) return identityScopes
  const words = scope.split(' ')

  return words.includes('openid')
    ? (identityScopes.filter((each) => words.includes(each)) as readonly string[] as Scope)
    : emptyScope
}
