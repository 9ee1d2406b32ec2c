import type { PlantedFault } from './fault.ts'

const endSession = 'src/protocol/end-session.ts'
const endSessionTests = ['src/protocol/end-session.test.ts', 'e2e/protocol/openid/end-session.test.ts']

/** Who may sign whom out, where they go then, and who is told. */
export const logout: readonly PlantedFault[] = [
  {
    ids: ['UI-10', 'OUT-RP-2-03'],
    file: endSession,
    find: 'hint.subject === subject && hint.sid === sidOf(session.begunAs, hint.clientId)',
    replace: 'true',
    tests: endSessionTests,
  },
  {
    ids: ['UI-10'],
    file: 'src/endpoints/end-session.ts',
    find: "return kind === undefined || kind === 'document'",
    replace: 'return true',
    tests: endSessionTests,
  },
  {
    ids: ['OUT-RP-3-01', 'OUT-RP-4-01'],
    file: endSession,
    find: 'const found = matchRedirectUri(sent, client.logout.redirectUris, client.allowLocalhostAnyPort)',
    replace: 'const found = sent as unknown as RedirectUri',
    tests: endSessionTests,
  },
  {
    ids: ['OUT-BC-2.4-01'],
    file: 'src/server/logout-delivery.ts',
    find: "signer.sign(claims, 'logout+jwt', ",
    replace: "signer.sign(claims, 'JWT', ",
    tests: ['e2e/protocol/openid/back-channel.test.ts'],
  },
  {
    ids: ['OUT-BC-2.5-01'],
    file: 'src/store/sqlite/logouts.ts',
    find: 'WHERE session_id = ? AND client_id = ? AND attempts = ?',
    replace: 'WHERE session_id = ? AND client_id = ? AND attempts >= ?',
    tests: ['src/store/sqlite/store.test.ts'],
  },
  {
    ids: ['OUT-BC-2.7-01'],
    file: 'src/store/sqlite/commit.ts',
    find: 'signedIn?.mustLast === true && sessions.findBegunAs',
    replace: 'signedIn?.mustLast === undefined && sessions.findBegunAs',
    tests: ['src/store/sqlite/store.test.ts'],
  },
]
