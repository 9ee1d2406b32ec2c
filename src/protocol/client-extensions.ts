import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { isSignatureAlgorithm, signatureAlgorithmNames } from '../base/signature-algorithm.ts'
import { seconds } from '../base/time.ts'
import type { Metadata } from './client-metadata-shape.ts'
import type { Client, ClientKey } from './client.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'
import type { RegistrationContext } from './registration-context.ts'
import type { ResourceId } from './resource.ts'
import { emptyScope, parseScope } from './scope.ts'
import type { Scope } from './scope.ts'
import { identityScopes } from './settings.ts'

type Extensions = Pick<
  Client,
  'dpopBound' | 'requiresPushed' | 'authorizationDetailTypes' | 'identity' | 'logout' | 'tokenExchange'
>

/**
 * What client metadata say of the extensions. Addresses in them are checked by `findBadText`.
 *
 * Identity scopes: those that `scope` names, or all where it is left out. Refused: an algorithm that does not exist
 * here, a negative `default_max_age`, and an exchange rule for a resource that is not known or
 * with a malformed scope.
 */
export function parseExtensions(metadata: Metadata, known: RegistrationContext): Result<Extensions, string> {
  const algorithms = ['id_token_signed_response_alg', 'userinfo_signed_response_alg'] as const
  const wrong = algorithms.find((each) => !isAlgorithm(metadata[each]))
  if (wrong !== undefined) return refuse(`${wrong}: must be of ${signatureAlgorithmNames.join(', ')}`)
  const maxAge = metadata.default_max_age
  if (maxAge !== undefined && maxAge < 0) return refuse('default_max_age: must not be negative')
  const rules = metadata.hufu_token_exchange ?? []
  if (!rules.every(({ to }) => known.resources.includes(to)))
    return refuse('hufu_token_exchange: a resource is not known here')
  const scopes = rules.map(({ scope }) => (scope === undefined ? accept(undefined) : parseScope(scope)))
  if (!scopes.every((each) => each.ok)) return refuse('hufu_token_exchange: a scope is malformed')

  return accept({
    dpopBound: metadata.dpop_bound_access_tokens ?? false,
    requiresPushed: metadata.require_pushed_authorization_requests ?? false,
    authorizationDetailTypes: metadata.authorization_details_types,
    identity: {
      scope: identityScopeOf(metadata.scope),
      idTokenAlg: (metadata.id_token_signed_response_alg as ClientKey['alg'] | undefined) ?? 'RS256',
      userInfoAlg: metadata.userinfo_signed_response_alg as ClientKey['alg'] | undefined,
      subjectType: metadata.subject_type ?? 'public',
      sectorIdentifierUri: metadata.sector_identifier_uri,
      defaultMaxAge: maxAge === undefined ? undefined : seconds(maxAge),
      defaultAcrValues: metadata.default_acr_values ?? [],
    },
    logout: {
      redirectUris: (metadata.post_logout_redirect_uris ?? []) as RegisteredRedirectUri[],
      backchannelUri: metadata.backchannel_logout_uri,
      needsSession: metadata.backchannel_logout_session_required ?? false,
    },
    tokenExchange: rules.map(({ from, to, kind }, at) => ({
      from,
      to: to as ResourceId,
      scope: scopes[at]?.value,
      kind: kind ?? 'delegation',
    })),
  })
}

const isAlgorithm = (name: string | undefined) => name === undefined || isSignatureAlgorithm(name)

function identityScopeOf(scope: string | undefined): Scope {
  if (scope === undefined) return identityScopes
  const words = scope.split(' ')

  return words.includes('openid')
    ? (identityScopes.filter((each) => words.includes(each)) as readonly string[] as Scope)
    : emptyScope
}
