import type { PlantedFault } from './fault.ts'

export const clients: readonly PlantedFault[] = [
  {
    ids: ['CA-02'],
    file: 'src/client-auth/authenticate.ts',
    find: "if (client.authMethod !== presented.value.method) return refuse('client_method_wrong', client.id)",
    replace: '',
    tests: ['e2e/protocol/token/client-authentication.test.ts'],
  },
  {
    ids: ['CA-04'],
    file: 'src/client-auth/client-secret.ts',
    find: '.includes(true)',
    replace: '.every(Boolean)',
    tests: ['src/client-auth/client-secret.test.ts'],
  },
  {
    ids: ['CA-05'],
    file: 'src/client-auth/private-key-jwt.ts',
    find: "if (typeof aud !== 'string') return refuse('audience_not_single')",
    replace: '',
    tests: ['src/client-auth/private-key-jwt.test.ts'],
  },
  {
    ids: ['CA-06'],
    file: 'src/client-auth/authenticate.ts',
    find: "return first ? accept(known) : refuse('client_assertion_replayed', known.id)",
    replace: 'return accept(first ? known : known)',
    tests: ['src/server/client-assertion.test.ts'],
  },
]

export const setUp: readonly PlantedFault[] = [
  {
    ids: ['AD-07'],
    file: 'src/cli/commands/start.ts',
    find: 'if (unsafe.length > 0) return failed(...unsafe)',
    replace: '',
    tests: ['src/cli/servers.test.ts'],
  },
  {
    ids: ['SC-04'],
    file: 'src/server/settings.ts',
    find: "if (url.protocol !== 'https:' && !(development && loopback && url.protocol === 'http:')) {",
    replace: "if (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')) {",
    tests: ['e2e/protocol/authorize/response.test.ts'],
  },
]

export const apps: readonly PlantedFault[] = [
  {
    ids: ['CL-01'],
    file: 'examples/shop-analytics/sessions.ts',
    find: 'const login = state === undefined ? undefined : session?.pending.get(state)',
    replace: 'const login = [...(session?.pending.values() ?? [])][0]',
    tests: ['examples/shop-analytics/shop-analytics.test.ts'],
  },
  {
    ids: ['CL-02'],
    file: 'examples/shop-analytics/shop.ts',
    find: "if (endpoints.some(isElsewhere)) throw new UntrustedServer('an endpoint is missing or on another host')",
    replace: '',
    tests: ['examples/shop-analytics/shop-analytics.test.ts'],
  },
]
