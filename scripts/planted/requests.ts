import type { PlantedFault } from './fault.ts'

const visits = ['e2e/protocol/pushed/visit.test.ts']
const pushes = ['e2e/protocol/pushed/push.test.ts']

/** Pushed authorization requests (RFC 9126). */
export const pushed: readonly PlantedFault[] = [
  {
    ids: ['RQ-01', 'PAR-4-02'],
    file: 'src/store/sqlite/request-methods.ts',
    find: 'if (pushed !== undefined && pushedRequests.isUsed(pushed.id)) return false',
    replace: '',
    tests: [...visits, 'src/store/sqlite/store.test.ts'],
  },
  {
    ids: ['RQ-01', 'PAR-2.2-02'],
    file: 'src/endpoints/asked.ts',
    find: "if (pushed.clientId !== client.id) return because('request_uri_of_another_client')",
    replace: '',
    tests: visits,
  },
  {
    ids: ['RQ-01', 'PAR-2.2-01'],
    file: 'src/endpoints/asked.ts',
    find: "if (hasPassed(pushed.expiresAt, ports.now())) return because('request_uri_expired')",
    replace: '',
    tests: visits,
  },
  {
    ids: ['RQ-02', 'PAR-2.1-2-01'],
    file: 'src/endpoints/pushed-request.ts',
    find: "if (form.get('request_uri') !== undefined) return refuse(oauthError('request_uri_pushed'))",
    replace: '',
    tests: pushes,
  },
  {
    ids: ['RQ-03'],
    file: 'src/protocol/authorize.ts',
    find: "if (parameters.get('request_uri') !== undefined) return because('request_uri_unsupported')",
    replace: '',
    tests: visits,
  },
  {
    ids: ['RQ-05', 'PAR-4-03'],
    file: 'src/protocol/pushed-request.ts',
    find: "features.pushedRequests === 'required' || (client.requiresPushed && features.pushedRequests !== 'off')",
    replace: "features.pushedRequests === 'required' && client.requiresPushed",
    tests: visits,
  },
  {
    ids: ['RQ-07'],
    file: 'src/store/sqlite/request-methods.ts',
    find: 'if (counted.count > quota.limit) return counted',
    replace: '',
    tests: pushes,
  },
]

/** Requests that say in detail what they are for (RFC 9396). */
export const detailed: readonly PlantedFault[] = [
  {
    ids: ['RAR-3.1-01'],
    file: 'src/protocol/authorize-decision.ts',
    find: 'request.isTransaction === true || ',
    replace: '',
    tests: ['e2e/protocol/details/consent.test.ts'],
  },
  {
    ids: ['RAR-5-01'],
    file: 'src/protocol/authorization-details.ts',
    find: "if (!Object.keys(given).every((name) => name === 'type' || fields.has(name))) return undefined",
    replace: '',
    tests: ['e2e/protocol/details/request.test.ts'],
  },
  {
    ids: ['RAR-6-01'],
    file: 'src/protocol/detailed-target.ts',
    find: "if (!areWithin(asked.details, allowed, settings)) return because('details_exceed_grant')",
    replace: '',
    tests: ['e2e/protocol/details/token.test.ts'],
  },
  {
    ids: ['RAR-9-01'],
    file: 'src/protocol/authorization-details.ts',
    find: 'details.filter(({ type }) => authorizationDetailTypes.get(type)?.resource === id)',
    replace: 'details.filter(({ type }) => authorizationDetailTypes.has(type) && id !== undefined)',
    tests: ['e2e/protocol/details/token.test.ts'],
  },
]

/** The profile fapi2, and what may be left out for one client. */
export const profiles: readonly PlantedFault[] = [
  {
    ids: ['FAPI-5.3.2.1-06'],
    file: 'src/client-auth/authenticate.ts',
    find: "return refuse('client_outside_profile', client.id)",
    replace: 'client.id',
    tests: ['e2e/protocol/profiles/fapi2.test.ts'],
  },
  {
    ids: ['FAPI-prof-01'],
    file: 'src/server/settings.ts',
    find: 'if (fault !== undefined) return refuse(fault)',
    replace: '',
    tests: ['src/server/profile.test.ts'],
  },
  {
    ids: ['R1'],
    file: 'src/protocol/pkce-exemption.ts',
    find: '  !hasPassed(pkceExemptUntil, now)',
    replace: '  now >= 0',
    tests: ['src/protocol/pkce-exemption.test.ts', 'e2e/protocol/token/pkce-exemption.test.ts'],
  },
  {
    ids: ['RTE-4-01'],
    file: 'src/endpoints/issue-tokens.ts',
    find: "const lifetime = withinEnd(plan.lifetime, ends?.authorization ?? 'never', now)",
    replace: 'const lifetime = plan.lifetime',
    tests: ['e2e/protocol/token/lifetimes.test.ts'],
  },
]
