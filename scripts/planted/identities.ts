import type { PlantedFault } from './fault.ts'

const authorize = 'src/protocol/authorize-decision.ts'
const authorizeRequest = 'src/endpoints/authorize-request.ts'
const requestTests = ['e2e/protocol/openid/request.test.ts']
const userInfoTests = ['e2e/protocol/openid/user-info.test.ts']

/** What OpenID Connect adds: who may know whom, and as whom nobody may pass. */
export const identities: readonly PlantedFault[] = [
  {
    ids: ['IN-07'],
    file: 'src/endpoints/user-info.ts',
    find: "if (!shown.value.scope.includes('openid'))\n      return challenge(request, oauthError('openid_missing'), settings, 'openid')",
    replace: '',
    tests: userInfoTests,
  },
  {
    ids: ['AZ-13', 'OIDC-3.1.2.2-01'],
    file: authorize,
    find: 'if (request.expectedSubject !== undefined && request.expectedSubject !== shownAs) {',
    replace: 'if (request.expectedSubject === (undefined as never)) {',
    tests: requestTests,
  },
  {
    ids: ['JW-07'],
    file: 'src/endpoints/id-token.ts',
    find: "['exp', 'iat', 'auth_time'].every((each) => typeof claims[each] === 'number')",
    replace: 'true',
    tests: requestTests,
  },
  {
    ids: ['OIDC-3.1.2.1-06'],
    file: authorizeRequest,
    find: 'return token?.clientId === client.id ? token.subject : undefined',
    replace: 'return token?.subject',
    tests: requestTests,
  },
  {
    ids: ['OIDC-5.5-01'],
    file: 'src/protocol/claims-request.ts',
    find: '...allowed.flatMap((each) => claimsOfScope[each] ?? [])',
    replace: '...Object.values(claimsOfScope).flat()',
    tests: ['src/protocol/claims-request.test.ts'],
  },
  {
    ids: ['OIDC-3.1.2.4-01'],
    file: authorize,
    find: 'claims === undefined ? scope : union(scope, scopesOfClaims(claims))',
    replace: 'claims === undefined ? scope : (void union, void scopesOfClaims, scope)',
    tests: ['src/protocol/authorize.test.ts'],
  },
  {
    ids: ['AZ-04'],
    file: 'src/pages/layout.ts',
    find: ".replace(/[;,']/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)",
    replace: '',
    tests: ['e2e/protocol/openid/form-post.test.ts'],
  },
  {
    ids: ['OIDC-8.1-01'],
    file: 'src/protocol/pairwise.ts',
    find: '`${sectorOf(client)} ${subject}`',
    replace: '`${sectorOf(client).length > 0} ${subject}`',
    tests: ['src/protocol/pairwise.test.ts'],
  },
  {
    ids: ['OIDC-8.1-01'],
    file: 'src/client-auth/sector-identifier.ts',
    find: 'redirectUris.every((each) => listed.includes(each))',
    replace: 'redirectUris.some((each) => listed.includes(each) || true)',
    tests: ['src/client-auth/sector-identifier.test.ts'],
  },
  {
    ids: ['OIDC-11-01'],
    file: 'src/protocol/offline.ts',
    find: 'const counts = granted.consent !== undefined || client.firstParty',
    replace: 'const counts = granted !== undefined || client.firstParty',
    tests: ['src/protocol/offline.test.ts'],
  },
  {
    ids: ['OIDC-8.1-01'],
    file: 'src/protocol/pairwise.ts',
    find: '!redirectUris.every(provesIdentity)',
    replace: '!redirectUris.some(provesIdentity)',
    tests: ['src/protocol/pairwise.test.ts'],
  },
]
