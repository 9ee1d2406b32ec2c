import type { PlantedFault } from './fault.ts'

const guard = 'src/guard/revocations.ts'
const endpoint = 'src/endpoints/revocation-feed.ts'
const tests = ['e2e/guard/revocations.test.ts']

/** What ended, as guards of other processes hear of it. */
export const feeds: readonly PlantedFault[] = [
  {
    ids: ['RS-02'],
    file: guard,
    find: 'if (!opened.ok) throw new Error(`the revocation feed: ${opened.error}`)\n    const { iss, iat, from, to } = opened.value.claims',
    replace:
      "const claims = JSON.parse(Buffer.from(String(compact).split('.')[1] ?? '', 'base64url').toString() || '{}') as JsonObject\n    if (!opened.ok && claims['to'] === undefined) throw new Error('nothing')\n    const { iss, iat, from, to } = claims\n    if (!opened.ok) return claims",
    tests,
  },
  {
    ids: ['RS-02'],
    file: guard,
    find: "if (iss !== issuer.issuer) throw new Error('the revocation feed is of another issuer')",
    replace: '',
    tests,
  },
  {
    ids: ['REV-2-01'],
    file: guard,
    find: "cursor = page['to'] as string",
    replace: '',
    tests,
  },
  {
    ids: ['REV-2-01'],
    file: endpoint,
    find: 'const to = page.changes.at(-1)?.position ?? after',
    replace: 'const to = (page.changes.at(-1)?.position ?? after) + Number(page.changes.length === maxEntries)',
    tests,
  },
  {
    ids: ['REV-2-01', 'RS-10'],
    file: guard,
    find: 'for (const [key, { until }] of ended) if (until <= now)',
    replace: 'for (const [key, { until }] of ended) if (until <= now + 60_000)',
    tests,
  },
  {
    ids: ['REV-2-01'],
    file: endpoint,
    find: 'const isKnown = position <= last',
    replace: 'const isKnown = position >= 0',
    tests: ['e2e/fleet/feed.test.ts'],
  },
  {
    ids: ['REV-2-01', 'RS-06'],
    file: guard,
    find: "whenStale === 'refuse' && isStale(clock())",
    replace: "whenStale === 'refuse' && asOf === undefined",
    tests,
  },
  {
    ids: ['RT-10', 'IN-04', 'RT-01'],
    file: 'src/store/postgres/index.ts',
    find: '          appendChange(authorizationEnded(id, now)),\n',
    replace: '',
    tests,
  },
]
