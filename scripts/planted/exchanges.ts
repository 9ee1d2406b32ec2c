import type { PlantedFault } from './fault.ts'

const exchangeTests = ['e2e/protocol/exchange/exchange.test.ts', 'src/grants/token-exchange.test.ts']

export const exchanges: readonly PlantedFault[] = [
  {
    ids: ['TX-5-01'],
    file: 'src/grants/find-token.ts',
    find: 'for (const id of derivedBy ?? [])',
    replace: 'for (const id of derivedBy?.slice(9) ?? [])',
    tests: exchangeTests,
  },
  {
    ids: ['TX-5-01'],
    file: 'src/grants/find-token.ts',
    find: 'for (const id of derivedUnder ?? [])',
    replace: 'for (const id of derivedUnder?.slice(9) ?? [])',
    tests: exchangeTests,
  },
  {
    ids: ['TX-5-01'],
    file: 'src/grants/find-token.ts',
    find: '.concat(partiesOf(actor.act))',
    replace: '',
    tests: exchangeTests,
  },
  {
    ids: ['TX-4.1-01'],
    file: 'src/grants/token-exchange.ts',
    find: 'if ((particulars.shownSubject ?? sub) !== sub)',
    replace: 'if ((particulars.shownSubject ?? sub) !== sub && sub.length === 0)',
    tests: exchangeTests,
  },
  {
    ids: ['GR-04'],
    file: 'src/grants/token-exchange.ts',
    find: "if (!live) return because('subject_token_ended')",
    replace: '',
    tests: exchangeTests,
  },
  {
    ids: ['GR-04'],
    file: 'src/grants/token-exchange.ts',
    find: "if (!exchange.isRightlyHeld(token, client)) return because('subject_token_foreign')",
    replace: '',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05'],
    file: 'src/protocol/token-exchange.ts',
    find: 'intersect(intersect(token.scope, resource.scope), client.scope)',
    replace: 'intersect(resource.scope, client.scope)',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05'],
    file: 'src/grants/token-exchange.ts',
    find: 'Math.min(usual, Math.floor((end - now) / 1000))',
    replace: 'usual',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05', 'TX-4.1-01'],
    file: 'src/protocol/token-exchange.ts',
    find: 'return before === undefined ? actor : { ...actor, act: before }',
    replace: 'return actor',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05'],
    file: 'src/grants/token-exchange.ts',
    find: "if (ancestors.length > exchange.maxAncestors) return because('exchange_chain_too_long')",
    replace: '',
    tests: exchangeTests,
  },
  {
    ids: ['TX-5-02'],
    file: 'src/grants/token-exchange.ts',
    find: "isHeldBy(token.particulars.confirmation, confirmation) ? accept(token) : because('subject_token_bound')",
    replace: 'accept(token)',
    tests: exchangeTests,
  },
  {
    ids: ['TX-5-01'],
    file: 'src/grants/find-token.ts',
    find: 'for (const id of derivedFrom ?? [])',
    replace: 'for (const id of derivedFrom?.slice(9) ?? [])',
    tests: exchangeTests,
  },
  {
    ids: ['TX-4.4-01'],
    file: 'src/grants/token-exchange.ts',
    find: "if (!exchange.mayBeActor(subject.particulars.mayAct, acting)) return because('actor_not_allowed')",
    replace: '',
    tests: exchangeTests,
  },
]

const assertionTests = [
  'e2e/protocol/exchange/jwt-bearer.test.ts',
  'src/grants/jwt-bearer.test.ts',
  'src/store/contract/races.test.ts',
]

export const assertions: readonly PlantedFault[] = [
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (typeof aud !== 'string' || !isShortText(sub)",
    replace: 'if (!isShortText(sub)',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (notUnderstood.some((name) => claims[name] !== undefined)) return because('assertion_invalid')",
    replace: '',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (cnf !== undefined && !isProved(cnf, confirmation)) return because('assertion_invalid')",
    replace: '',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (clientId !== undefined && clientId !== client.id) return because('assertion_not_for_client')",
    replace: '',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/store/sqlite/commit.ts',
    find: 'return tables.once.use(redeem.key, redeem.expiresAt) ? done : lost',
    replace: 'return done',
    tests: assertionTests,
  },
  {
    ids: ['GR-07'],
    file: 'src/server/trusted-issuers.ts',
    find: 'issuers.set(options.issuer, parsed.value)',
    replace:
      'issuers.set(options.issuer, { ...parsed.value, keys: [...issuers.values(), parsed.value].flatMap(({ keys }) => keys) })',
    tests: assertionTests,
  },
  {
    ids: ['JCA-3.1-01'],
    file: 'src/protocol/trusted-issuer.ts',
    find: 'issuer.clients.includes(client.id)',
    replace: '(issuer.clients.includes(client.id) || true)',
    tests: assertionTests,
  },
]
