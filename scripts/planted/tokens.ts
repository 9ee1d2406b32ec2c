import type { PlantedFault } from './fault.ts'

export const codes: readonly PlantedFault[] = [
  {
    ids: ['CD-01', 'CD-02'],
    file: 'src/store/sqlite/codes.ts',
    find: 'WHERE id = ? AND redeemed_at IS NULL AND burned_at IS NULL\n  `)\n  const markBurned',
    replace: 'WHERE id = ? AND burned_at IS NULL\n  `)\n  const markBurned',
    tests: ['e2e/protocol/token/races.test.ts'],
  },
  {
    ids: ['CD-01'],
    file: 'src/grants/authorization-code.ts',
    find: 'if (code.redeemedAt !== undefined) return decideReplay(request, code, context)',
    replace: "if (code.redeemedAt !== undefined) return refuseToken('code_unknown')",
    tests: ['e2e/protocol/token/code.test.ts'],
  },
  {
    ids: ['CD-04'],
    file: 'src/grants/authorization-code.ts',
    find: "if (code.clientId !== client.id) return refuseToken('code_of_another_client', burnBy(client, code))",
    replace: '',
    tests: ['src/grants/authorization-code.test.ts'],
  },
]

export const refreshing: readonly PlantedFault[] = [
  {
    ids: ['RT-01', 'RT-05'],
    file: 'src/grants/refresh-token.ts',
    find: "? 'reuse' : 'retry'",
    replace: "? 'unknown' : 'retry'",
    tests: ['src/grants/refresh-token.test.ts'],
  },
  {
    ids: ['RT-04'],
    file: 'src/grants/refresh-token.ts',
    find: 'window === undefined || window === 0',
    replace: 'window === undefined',
    tests: ['src/grants/refresh-token.test.ts'],
  },
  {
    ids: ['RT-02'],
    file: 'src/store/sqlite/authorizations.ts',
    find: 'WHERE id = ? AND generation = ? AND revoked_at IS NULL',
    replace: 'WHERE id = ? AND ? > 0 AND revoked_at IS NULL',
    tests: ['e2e/protocol/token/races.test.ts'],
  },
  {
    ids: ['RT-06'],
    file: 'src/grants/refresh-token.ts',
    find: 'if (generation === chain.generation) return',
    replace: 'if (generation <= chain.generation) return',
    tests: ['e2e/protocol/token/refresh.test.ts'],
  },
  {
    ids: ['RT-07'],
    file: 'src/grants/refresh-token.ts',
    find: "if (authorization.clientId !== client.id) return refuseToken('refresh_token_of_another_client')",
    replace: '',
    tests: ['src/grants/refresh-token.test.ts', 'e2e/protocol/token/refresh.test.ts'],
  },
  {
    ids: ['RT-15'],
    file: 'src/store/sqlite/authorizations.ts',
    find: 'WHERE id = ? AND generation = ? AND revoked_at IS NULL',
    replace: 'WHERE id = ? AND generation = ?',
    tests: ['e2e/protocol/token/races.test.ts', 'src/store/sqlite/store.test.ts'],
  },
]

export const proofs: readonly PlantedFault[] = [
  {
    ids: ['RT-12', 'DP-05'],
    file: 'src/grants/refresh-token.ts',
    find: "if (!isHeldBy(bound, confirmation)) return refuseToken('proof_key_differs')",
    replace: '',
    tests: ['e2e/protocol/token/dpop.test.ts'],
  },
  {
    ids: ['DP-05'],
    file: 'src/grants/authorization-code.ts',
    find: "  if (!isHeldBy(code.particulars.confirmation, confirmation)) return refuseToken('proof_key_differs')\n",
    replace: '',
    tests: ['e2e/protocol/token/dpop.test.ts'],
  },
  {
    ids: ['DP-03'],
    file: 'src/endpoints/shown-token.ts',
    find: "if ((scheme === 'Bearer') !== (bound === undefined)) return because('access_token_bound')",
    replace: "if (scheme === 'Bearer') return accept(found)",
    tests: ['e2e/protocol/token/dpop.test.ts', 'e2e/protocol/openid/user-info.test.ts'],
  },
  {
    ids: ['DP-06'],
    file: 'src/endpoints/token.ts',
    find: 'if (proof.value === undefined && mustProve(client, ports.settings))',
    replace: 'if (proof.value === undefined && mustProve(client, ports.settings) && false)',
    tests: ['e2e/protocol/token/dpop.test.ts'],
  },
  {
    ids: ['DP-01'],
    file: 'src/endpoints/key-proof.ts',
    find: "return isFirst ? accept({ jkt: thumbprint }) : because('proof_replayed')",
    replace: 'return accept({ jkt: isFirst ? thumbprint : thumbprint })',
    tests: ['e2e/protocol/token/dpop.test.ts'],
  },
  {
    ids: ['DP-03'],
    file: 'src/guard/key-proofs.ts',
    find: "if (shown === undefined) return refuse({ reason: 'token_bound' })",
    replace: 'if (shown === undefined) return accept(undefined)',
    tests: ['src/guard/dpop.test.ts'],
  },
  {
    ids: ['DP-01'],
    file: 'src/guard/replay-memory.ts',
    find: 'for (const keys of slots.values()) if (keys.has(key)) return false',
    replace: '',
    tests: ['src/guard/dpop.test.ts', 'e2e/guard/dpop.test.ts'],
  },
  {
    ids: ['DP-04'],
    file: 'src/jose/dpop-proof.ts',
    find: "if (target === undefined || target !== normalizeTargetUri(request.uri)) return refuse('target_wrong')",
    replace: "if (target === undefined) return refuse('target_wrong')",
    tests: ['src/guard/dpop.test.ts', 'e2e/protocol/token/dpop.test.ts'],
  },
]
