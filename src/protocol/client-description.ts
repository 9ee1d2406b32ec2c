import type { Client } from './client.ts'
import { provesIdentity } from './redirect-uri.ts'
import { formatScope, union } from './scope.ts'

/**
 * A registration as it is stored, in the words it came in, defaults included (RFC 7591 section 3.2.1). It holds no
 * secret and nothing that makes one.
 *
 * @param withIdentity whether scopes of OpenID Connect mean something here
 */
export function describeClient(client: Client, withIdentity: boolean): Readonly<Record<string, unknown>> {
  const { identity, logout, keys, registration } = client
  const isNative = client.kind === 'native' || !client.redirectUris.every(provesIdentity)
  const known: Readonly<Record<string, unknown>> = {
    client_id: client.id,
    client_name: client.name === client.id ? undefined : client.name,
    client_uri: client.homepage,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.grantTypes.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method: client.authMethod,
    token_endpoint_auth_signing_alg: client.assertionAlg,
    scope: formatScope(withIdentity ? union(identity.scope, client.scope) : client.scope),
    jwks: keys.length > 0 ? { keys: keys.map(({ jwk }) => jwk) } : undefined,
    jwks_uri: client.jwksUri,
    application_type: isNative ? 'native' : 'web',
    dpop_bound_access_tokens: client.dpopBound,
    require_pushed_authorization_requests: client.requiresPushed,
    authorization_details_types: client.authorizationDetailTypes,
    software_statement: registration?.softwareStatement,
    ...(withIdentity && {
      id_token_signed_response_alg: identity.idTokenAlg,
      userinfo_signed_response_alg: identity.userInfoAlg,
      subject_type: identity.subjectType,
      sector_identifier_uri: identity.sectorIdentifierUri,
      default_max_age: identity.defaultMaxAge,
      default_acr_values: identity.defaultAcrValues.length > 0 ? identity.defaultAcrValues : undefined,
      post_logout_redirect_uris: logout.redirectUris.length > 0 ? logout.redirectUris : undefined,
      backchannel_logout_uri: logout.backchannelUri,
      backchannel_logout_session_required: logout.backchannelUri === undefined ? undefined : logout.needsSession,
    }),
  }

  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
}
