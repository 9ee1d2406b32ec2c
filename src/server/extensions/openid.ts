import type { SignatureAlgorithm } from '../../base/signature-algorithm.ts'
import { createUserInfoEndpoint } from '../../endpoints/user-info.ts'
import { program } from '../../http/router.ts'
import { reachableAcrs } from '../../protocol/authentication-level.ts'
import { claimsOfScope } from '../../protocol/identity-claims.ts'
import { identityScopes, offlineAccess } from '../../protocol/settings.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { Extension } from './extension.ts'

/** Sign-in for apps: ID tokens and UserInfo (OpenID Connect Core 1.0, Discovery 1.0 section 3). */
export const openid: Extension = {
  isOn: ({ features }) => features.openid,
  describe: ({ settings, signer }) => ({
    userinfo_endpoint: settings.issuer + settings.paths.userInfo,
    scopes_supported: [...identityScopes, ...settings.scopes.keys(), offlineAccess],
    response_modes_supported: ['query', 'form_post'],
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: signer.algorithms,
    userinfo_signing_alg_values_supported: signer.algorithms,
    acr_values_supported: reachableAcrs,
    claim_types_supported: ['normal'],
    claims_supported: [
      'iss',
      'sub',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'acr',
      'amr',
      'at_hash',
      'sid',
      ...Object.values(claimsOfScope).flat(),
    ],
    claims_parameter_supported: true,
    request_parameter_supported: false,
    // Left out it would mean that they are.
    request_uri_parameter_supported: false,
  }),
  signsWith: idTokenAlgorithms,
  routes: ({ ports, proofs }) => {
    const userInfo = createUserInfoEndpoint(proofs, ports)

    return [{ path: ports.settings.paths.userInfo, methods: { GET: userInfo, POST: userInfo }, ...program }]
  },
}

/** RS256 is what every client can check (Core 1.0 section 15.1); FAPI 2.0 has no use for it (section 5.4.1). */
function idTokenAlgorithms({ profile }: Settings): readonly SignatureAlgorithm[] {
  return profile === 'fapi2' ? [] : ['RS256']
}
