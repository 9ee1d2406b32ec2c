import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { Metadata } from './client-metadata-shape.ts'
import type { Client } from './client.ts'
import { parseIdentity } from './identity-metadata.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'
import type { RegistrationContext } from './registration-context.ts'
import type { ResourceId } from './resource.ts'
import { parseScope } from './scope.ts'

type Extensions = Pick<
  Client,
  'dpopBound' | 'requiresPushed' | 'authorizationDetailTypes' | 'identity' | 'logout' | 'tokenExchange'
>

/**
 * What client metadata say of the extensions. Addresses in them are checked by `findBadText`. Refused: what
 * `parseIdentity` refuses, and an exchange rule for a resource that is not known or with a malformed scope.
 */
export function parseExtensions(metadata: Metadata, known: RegistrationContext): Result<Extensions, string> {
  const identity = parseIdentity(metadata, known)
  if (!identity.ok) return identity
  const rules = metadata.hufu_token_exchange ?? []
  if (!rules.every(({ to }) => known.resources.includes(to)))
    return refuse('hufu_token_exchange: a resource is not known here')
  const scopes = rules.map(({ scope }) => (scope === undefined ? accept(undefined) : parseScope(scope)))
  if (!scopes.every((each) => each.ok)) return refuse('hufu_token_exchange: a scope is malformed')
  const types = metadata.authorization_details_types
  if (known.provenance === 'operator' && types?.every((each) => known.detailTypes?.includes(each)) === false)
    return refuse('authorization_details_types: a type is not known here')

  return accept({
    dpopBound: metadata.dpop_bound_access_tokens ?? false,
    requiresPushed: metadata.require_pushed_authorization_requests ?? false,
    authorizationDetailTypes: detailTypesOf(types, known),
    identity: identity.value,
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

/** Who makes itself known asks for the types it names, as far as such clients may, and for no others (attack row RG-02). */
function detailTypesOf(
  named: readonly string[] | undefined,
  { provenance, detailTypes = [] }: RegistrationContext,
): readonly string[] | undefined {
  const isSelfMade = provenance === 'self-registered' || provenance === 'metadata-document'

  return isSelfMade ? (named ?? detailTypes).filter((each) => detailTypes.includes(each)) : named
}
