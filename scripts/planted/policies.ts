import type { PlantedFault } from './fault.ts'

/** A rule of codes, refresh tokens or sessions that is not kept; the state machine has to find it. */
export type PolicyFault = Pick<PlantedFault, 'file' | 'find' | 'replace'> & { readonly fault: string }

const code = 'src/grants/authorization-code.ts'
const refresh = 'src/grants/refresh-token.ts'
const tokens = 'src/grants/find-token.ts'
const rows = 'src/store/sqlite/authorizations.ts'

export const policyFaults: readonly PolicyFault[] = [
  {
    fault: 'the window for retries never ends',
    file: refresh,
    find: "hasPassed(addSeconds(chain.rotatedAt, window), now) ? 'reuse' : 'retry'",
    replace: "'retry'",
  },
  {
    fault: 'any older refresh token is good within the window',
    file: refresh,
    find: 'generation < chain.generation - 1 || chain.rotatedAt',
    replace: 'chain.rotatedAt',
  },
  {
    fault: 'an old refresh token is good as if it were the newest',
    file: refresh,
    find: 'if (generation === chain.generation) return',
    replace: 'if (generation <= chain.generation) return',
  },
  {
    fault: 'reuse of a refresh token does not end its family',
    file: refresh,
    find: "? 'reuse' : 'retry'",
    replace: "? 'unknown' : 'retry'",
  },
  {
    fault: 'a retry gets another successor',
    file: refresh,
    find: "retry: use === 'retry'",
    replace: 'retry: false',
  },
  {
    fault: 'a refresh token is good for every client',
    file: refresh,
    find: "if (authorization.clientId !== client.id) return refuseToken('refresh_token_of_another_client')",
    replace: '',
  },
  {
    fault: 'a refresh token outlives its idle time',
    file: refresh,
    find: "if (end !== 'never' && hasPassed(end, now)) return refuseToken('refresh_token_expired')",
    replace: '',
  },
  {
    fault: 'who refreshes in time stays for ever',
    file: 'src/protocol/token-lifetimes.ts',
    find: '=> sooner(absoluteEnd, absoluteExpiry(lifetimes, createdAt))',
    replace: "=> (createdAt > 0 && lifetimes.refreshAbsolute !== 'never' ? 'never' : absoluteEnd)",
  },
  {
    fault: 'an access token outlives its authorization',
    file: 'src/protocol/token-lifetimes.ts',
    find: "end === 'never' || addSeconds(now, wanted) <= end ? wanted : secondsUntil(end, now)",
    replace: "end === 'never' || now > 0 ? wanted : secondsUntil(end, now)",
  },
  {
    fault: 'a revoked authorization is refreshed',
    file: refresh,
    find: "if (authorization.revokedAt !== undefined) return refuseToken('authorization_revoked')",
    replace: '',
  },
  {
    fault: 'an access token outlives the revocation of its authorization',
    file: tokens,
    find: `if (authorizationId === undefined) return isPartyLive(token.subject, token, store)
  if (authorization === undefined || authorization.revokedAt !== undefined) return false`,
    replace: `if (authorizationId === undefined) return isPartyLive(token.subject, token, store)
  if (authorization === undefined) return false`,
  },
  {
    fault: 'the revocation of an access token is forgotten',
    file: tokens,
    find: 'if (isRevoked || lives.includes(false)) return false',
    replace: 'if (lives.includes(false)) return false',
  },
  {
    fault: 'a client revokes what is of another',
    file: 'src/endpoints/revoke.ts',
    find: 'if (owner !== client.id) {',
    replace: 'if (owner === undefined) {',
  },
  {
    fault: 'the tokens of a disabled client stay active',
    file: tokens,
    find: 'client.disabledAt === undefined && issuedAt >= client.validAfter',
    replace: 'issuedAt >= client.validAfter',
  },
  {
    fault: 'a client that was disabled goes on',
    file: 'src/client-auth/authenticate.ts',
    find: "if (client.disabledAt !== undefined) return refuse('client_off', client.id)",
    replace: '',
  },
  {
    fault: 'the cut-off of a client does not hold for its refresh tokens',
    file: refresh,
    find: "if (isFromBefore(authorization.createdAt, client, settings)) return refuseToken('authorization_revoked')",
    replace: '',
  },
  {
    fault: 'the cut-off of a client does not hold for its codes',
    file: code,
    find: "if (isFromBefore(code.issuedAt, client, settings)) return refuseToken('authorization_revoked')",
    replace: '',
  },
  {
    fault: 'a disabled person goes on',
    file: 'src/protocol/account.ts',
    find: 'account !== undefined && account.disabledAt === undefined && signedInAt >= account.validAfter',
    replace: 'account !== undefined && signedInAt >= account.validAfter',
  },
  {
    fault: 'who signed out everywhere goes on',
    file: 'src/protocol/account.ts',
    find: 'account !== undefined && account.disabledAt === undefined && signedInAt >= account.validAfter',
    replace: 'account !== undefined && account.disabledAt === undefined && signedInAt > 0',
  },
  {
    fault: 'a code is good for every client',
    file: code,
    find: "if (code.clientId !== client.id) return refuseToken('code_of_another_client', burnBy(client, code))",
    replace: '',
  },
  {
    fault: 'a code that another client showed stays good',
    file: code,
    find: "refuseToken('code_of_another_client', burnBy(client, code))",
    replace: "refuseToken('code_of_another_client')",
  },
  {
    fault: 'a code never expires',
    file: code,
    find: "if (hasPassed(code.expiresAt, now)) return refuseToken('code_expired')",
    replace: '',
  },
  {
    fault: 'a code is good with any verifier',
    file: code,
    find: 'return halvesMatch(verifier, code.challenge) ? undefined',
    replace: 'return verifier.length > 0 ? undefined',
  },
  {
    fault: 'a code stays good after a wrong verifier',
    file: code,
    find: "refuseToken('verifier_mismatch', burn(code))",
    replace: "refuseToken('verifier_mismatch')",
  },
  {
    fault: 'the replay of a code does not end what it made',
    file: code,
    find: "return refuseToken('code_replayed', { kind: 'revoke', id, subject, reason: 'code_replayed' })",
    replace: "return refuseToken(id && subject ? 'code_replayed' : 'code_unknown')",
  },
  {
    fault: 'the replay of a code ends what it made, whatever verifier comes with it',
    file: code,
    find: 'if (!valid || code.authorizationId === undefined)',
    replace: 'if (code.authorizationId === undefined)',
  },
  {
    fault: 'a code signs in somebody who has signed out since',
    file: 'src/endpoints/issue-tokens.ts',
    find: "mustLast: from.kind === 'code' && !authorization.scope.includes(offlineAccess)",
    replace: "mustLast: from.kind === 'device' && !authorization.scope.includes(offlineAccess)",
  },
  {
    fault: 'what only signed somebody in outlives the session',
    file: rows,
    find: "instr(' ' || scope || ' ', ' openid ') > 0 AND instr",
    replace: "instr(' ' || scope || ' ', ' openid ') < 0 AND instr",
  },
  {
    fault: 'signing out ends what was to stay',
    file: rows,
    find: "> 0 AND instr(' ' || scope || ' ', ' offline_access ') = 0",
    replace: '> 0',
  },
  {
    fault: 'used codes are forgotten as soon as they have expired',
    file: 'src/store/sqlite/prune.ts',
    find: "['codes', 'id', 'expires_at', keepUsedCodesMs]",
    replace: "['codes', 'id', 'expires_at', 0]",
  },
]
