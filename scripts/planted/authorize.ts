import type { PlantedFault } from './fault.ts'

const redirectUri = 'src/protocol/redirect-uri.ts'

const redirectUriTests = ['src/protocol/redirect-uri.test.ts']

const authorize = 'src/protocol/authorize.ts'

export const redirects: readonly PlantedFault[] = [
  {
    ids: ['RU-01'],
    file: authorize,
    find: "return to === undefined ? because('redirect_uri_unregistered') : accept({ to, wasSent: true })",
    replace: 'return accept({ to: (to ?? sent) as RedirectUri, wasSent: true })',
    tests: ['e2e/protocol/authorize/redirect-uri.test.ts'],
  },
  {
    ids: ['RU-02', 'RU-03', 'RU-04', 'RU-05'],
    file: redirectUri,
    find: 'if (registered.includes(sent as RegisteredRedirectUri)) return sent as string as RedirectUri',
    replace:
      'if (registered.some((each) => sent.toLowerCase().startsWith(each.toLowerCase().slice(0, 20)))) return sent as string as RedirectUri',
    tests: redirectUriTests,
  },
  {
    ids: ['RU-06'],
    file: redirectUri,
    find: "  if (!parsed.protocol.includes('.'))\n    return refuse('a private-use scheme is a reversed domain name, as com.example.app')\n",
    replace: '',
    tests: [...redirectUriTests, 'src/protocol/client-metadata.test.ts'],
  },
  {
    ids: ['RU-07'],
    file: authorize,
    find: "if (parameters.isRepeated('redirect_uri') || parameters.isMalformed('redirect_uri'))",
    replace: "if (parameters.isMalformed('redirect_uri'))",
    tests: ['e2e/protocol/authorize/redirect-uri.test.ts'],
  },
  {
    ids: ['RU-09'],
    file: redirectUri,
    find: "return `${parts[1]}${parts[3] ?? ''}`",
    replace: "return parts[3] ?? ''",
    tests: redirectUriTests,
  },
]

export const responses: readonly PlantedFault[] = [
  {
    ids: ['AZ-02'],
    file: authorize,
    find: "if (responseType !== 'code') return because('response_type_unsupported')",
    replace: '',
    tests: ['e2e/protocol/authorize/request.test.ts'],
  },
  {
    ids: ['PK-01'],
    file: 'src/protocol/pkce.ts',
    find: "if (raw === undefined) return because('challenge_missing')",
    replace: 'if (raw === undefined) return accept(undefined as unknown as Challenge)',
    tests: ['e2e/protocol/authorize/request.test.ts'],
  },
  {
    ids: ['PK-04'],
    file: 'src/protocol/pkce.ts',
    find: "if (method !== 'S256') return because('challenge_method_unsupported')",
    replace: '',
    tests: ['src/protocol/pkce.test.ts'],
  },
  {
    ids: ['PK-02'],
    file: 'src/grants/authorization-code.ts',
    find: "if (verifier === undefined) return refuseToken('verifier_missing', burn(code))",
    replace: 'if (verifier === undefined) return undefined',
    tests: ['e2e/protocol/token/code.test.ts'],
  },
  {
    ids: ['AZ-04'],
    file: 'src/pages/html.ts',
    find: "const escapeText = (text: string) => escapeValue(text.replace(reordering, ''))",
    replace: 'const escapeText = (text: string) => text',
    tests: ['src/pages/html.test.ts'],
  },
  {
    ids: ['O21-3.1-03'],
    file: 'src/endpoints/authorize.ts',
    find: 'isForeignPost(request) ? addressOf(sent) : undefined',
    replace: 'undefined as string | undefined',
    tests: ['e2e/protocol/authorize/request.test.ts'],
  },
]
