import type { PlantedFault } from './fault.ts'

const memory = ['e2e/fleet/memory.test.ts']
const sqlite = ['e2e/fleet/sqlite.test.ts']
const keyRing = ['src/keys/key-ring.test.ts']
const assumptions = 'src/store/postgres/assumptions.ts'

/** What one instance must not believe without asking, since others work on the same store. */
export const fleets: readonly PlantedFault[] = [
  {
    ids: ['CA-13'],
    file: assumptions,
    find: " AND sha256(convert_to(document, 'UTF8')) = ${document}",
    replace: ' AND ${document}::bytea IS NOT NULL',
    tests: memory,
  },
  {
    ids: ['CA-13', 'CA-11'],
    file: assumptions,
    find: 'count >= ${limit} AND window_end',
    replace: 'count >= ${limit} + 1000 AND window_end',
    tests: memory,
  },
  {
    ids: ['CA-13'],
    file: assumptions,
    find: 'disabled_at IS NULL AND valid_after <= ${account.authenticatedAt}',
    replace: '${account.authenticatedAt}::bigint > 0',
    tests: memory,
  },
  {
    ids: ['CA-13'],
    file: 'src/store/sqlite/freshness.ts',
    find: 'if (data_version !== seenVersion) for (const forget of kept) forget()',
    replace: '',
    tests: sqlite,
  },
  {
    ids: ['OIDC-10.1.1-01'],
    file: 'src/server/housekeeping.ts',
    find: 'const lookForKeysEvery = 400',
    replace: 'const lookForKeysEvery = 60_000',
    tests: sqlite,
  },
  {
    ids: ['OIDC-10.1.1-01'],
    file: 'src/keys/key-ring.ts',
    find: 'if (isNews(ring.keys, now(), policy)) await options.untilOthersPublish?.()',
    replace: '',
    tests: keyRing,
  },
  {
    ids: ['CD-05'],
    file: 'src/server/store-clock.ts',
    find: 'const now = () => instant(Math.round(machine.steady() + offset))',
    replace: 'const now = () => instant(Math.round(machine.wall() + 0 * offset))',
    tests: ['src/server/store-clock.test.ts'],
  },
  {
    ids: ['CD-10', 'IN-11'],
    file: 'src/store/sqlite/same-file.ts',
    find: 'isSame = identify(path) === opened',
    replace: 'isSame = identify(path) !== undefined',
    tests: ['src/store/sqlite/same-file.test.ts'],
  },
]
