import type { Settings } from './settings.ts'

/**
 * The discovery document (RFC 8414 section 2), made from configuration alone, never from a request. It names what is
 * on and nothing else; members without elements are left out.
 */
export function describeServer(
  settings: Settings,
  grantTypes: readonly string[],
  assertionAlgorithms: readonly string[],
) {
  const { issuer, paths, resources } = settings
  const methods = ['client_secret_post', 'client_secret_basic', 'private_key_jwt']
  const resourceIds = [...resources.keys()]

  return {
    issuer,
    authorization_endpoint: issuer + paths.authorize,
    token_endpoint: issuer + paths.token,
    revocation_endpoint: issuer + paths.revoke,
    introspection_endpoint: issuer + paths.introspect,
    jwks_uri: issuer + paths.jwks,
    scopes_supported: [...settings.scopes.keys(), 'offline_access'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: grantTypes,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    // Without it, what a token response leaves out could mean either "no end" or "not told".
    refresh_token_expiration_types_supported: ['authorization', 'token_timeout'],
    token_endpoint_auth_methods_supported: [...methods, 'none'],
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: [...methods, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    // Introspection is for confidential clients only.
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    ui_locales_supported: ['en', 'zh-CN'],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    ...(resourceIds.length > 0 && { protected_resources: resourceIds }),
  }
}
