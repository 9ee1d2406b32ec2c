import type { PlantedFault } from './fault.ts'

const cutOff = 'src/protocol/cut-off.ts'
const tokens = 'src/grants/find-token.ts'
const tests = ['e2e/protocol/token/ended.test.ts']

/** What was given before a cut-off: of the server, a client, an account, a database that was put back. */
export const cutOffs: readonly PlantedFault[] = [
  {
    ids: ['IN-05'],
    file: cutOff,
    find: 'givenAt < settings.validAfter || givenAt < client.validAfter',
    replace: 'givenAt <= settings.validAfter || givenAt <= client.validAfter',
    tests,
  },
  {
    ids: ['IN-05'],
    file: cutOff,
    find: 'givenAt < settings.validAfter || givenAt < client.validAfter',
    replace: 'givenAt < settings.validAfter',
    tests,
  },
  {
    ids: ['IN-05'],
    file: cutOff,
    find: 'givenAt < settings.validAfter || givenAt < client.validAfter',
    replace: 'givenAt < client.validAfter',
    tests,
  },
  {
    ids: ['IN-05'],
    file: tokens,
    find: ' || token.issuedAt < settings.validAfter',
    replace: '',
    tests,
  },
  {
    ids: ['IN-05'],
    file: tokens,
    find: 'client.disabledAt === undefined && issuedAt >= client.validAfter',
    replace: 'client.disabledAt === undefined && issuedAt > client.validAfter',
    tests,
  },
  {
    ids: ['IN-05'],
    file: tokens,
    find: 'issuedAt: instant(iat * 1000)',
    replace: 'issuedAt: instant(exp * 1000)',
    tests,
  },
  {
    ids: ['IN-05'],
    file: tokens,
    find: '...row, authenticatedAt: parent?.authenticatedAt',
    replace: '...row, issuedAt: row.expiresAt, authenticatedAt: parent?.authenticatedAt',
    tests,
  },
  {
    ids: ['IN-05'],
    file: 'src/endpoints/browser.ts',
    find: ' || session.authenticatedAt < settings.validAfter',
    replace: '',
    tests,
  },
  {
    ids: ['IN-05'],
    file: 'src/grants/refresh-token.ts',
    find: "  if (isFromBefore(authorization.createdAt, client, settings)) return refuseToken('authorization_revoked')\n",
    replace: '',
    tests,
  },
  {
    ids: ['IN-05'],
    file: 'src/grants/authorization-code.ts',
    find: "  if (isFromBefore(code.issuedAt, client, settings)) return refuseToken('authorization_revoked')\n",
    replace: '',
    tests,
  },
  {
    ids: ['RT-13'],
    file: 'src/protocol/account.ts',
    find: ' && signedInAt >= account.validAfter',
    replace: ' && signedInAt >= 0',
    tests,
  },
  {
    ids: ['IN-05'],
    file: 'src/guard/revocations.ts',
    find: 'return found !== undefined && at < found.deadBefore',
    replace: 'return found !== undefined',
    tests: ['e2e/guard/revocations.test.ts'],
  },
]
