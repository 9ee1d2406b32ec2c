import type { PlantedFault } from './fault.ts'

export const people: readonly PlantedFault[] = [
  {
    ids: ['UI-01'],
    file: 'src/endpoints/browser.ts',
    find: "return isSameSite(request, ports) && isSameSecret(sent ?? '', expected)",
    replace: 'return true',
    tests: ['e2e/protocol/authorize/interaction.test.ts'],
  },
  {
    ids: ['UI-03'],
    file: 'src/http/cookies.ts',
    find: 'return found.length === 1 ? found[0]',
    replace: 'return found.length >= 1 ? found[0]',
    tests: ['src/http/cookies.test.ts'],
  },
  {
    ids: ['UI-12'],
    file: 'src/protocol/authorize-decision.ts',
    find: "if (client.type === 'public' && !provesIdentity(",
    replace: "if (client.type !== 'public' && !provesIdentity(",
    tests: ['src/protocol/authorize.test.ts'],
  },
  {
    ids: ['UI-14', 'AZ-11'],
    file: 'src/endpoints/interaction.ts',
    find: '        transaction.browserHash !== browser.hash ||\n',
    replace: '',
    tests: ['e2e/protocol/authorize/interaction.test.ts'],
  },
  {
    ids: ['UI-11'],
    file: 'src/endpoints/consent.ts',
    find: 'const scope = request.scope.filter((name) => !isLeftOut(name)) as readonly string[] as Scope',
    replace: 'const scope = union(request.scope, ticked as Scope)',
    tests: ['e2e/protocol/authorize/interaction.test.ts'],
  },
]

export const secrets: readonly PlantedFault[] = [
  {
    ids: ['LG-02'],
    file: 'src/accounts/browser-session.ts',
    find: 'const idOf = (cookie: string) => hashSecret(cookie) as SessionId',
    replace: "const idOf = (cookie: string) => Buffer.from(cookie, 'base64url').toString('hex') as SessionId",
    tests: ['src/accounts/browser-session.test.ts', 'e2e/protocol/token/database-leak.test.ts'],
  },
  {
    ids: ['IN-09'],
    file: 'src/keys/open-key.ts',
    find: "const jwk = { ...(createPublicKey(key).export({ format: 'jwk' }) as JsonObject), kid, alg, use: 'sig' }",
    replace: "const jwk = { ...(key.export({ format: 'jwk' }) as JsonObject), kid, alg, use: 'sig' }",
    tests: ['e2e/protocol/token/cross-origin.test.ts', 'e2e/protocol/authorize/discovery.test.ts'],
  },
]
