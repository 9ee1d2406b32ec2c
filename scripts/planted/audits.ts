import type { PlantedFault } from './fault.ts'

const seals = 'src/protocol/audit-seal.ts'
const verify = 'src/audit/verify.ts'
const tests = ['src/audit/verify.test.ts']

/** The chain over the audit. */
export const audits: readonly PlantedFault[] = [
  {
    ids: ['LG-05'],
    file: seals,
    find: ' &&\n  isSame(seal.mac, macOf(key, seal.hash))',
    replace: '',
    tests,
  },
  {
    ids: ['LG-05'],
    file: seals,
    find: "  seal.eventsHash === digest(events.map(auditLine).join('\\n'))",
    replace: '  seal.marks.length === events.length',
    tests,
  },
  {
    ids: ['LG-05'],
    file: seals,
    find: 'previousHash ?? null, eventsHash',
    replace: 'previousHash === "" ? "" : null, eventsHash',
    tests,
  },
  {
    ids: ['LG-05'],
    file: verify,
    find: "if (seal.number !== expected) return [{ kind: 'seal_missing', seal: expected }]",
    replace: '',
    tests,
  },
  {
    ids: ['LG-05'],
    file: verify,
    find: '(bySeal.get(seal.number) ?? []).map(',
    replace: '(bySeal.get(seal.number) ?? []).slice(0, seal.marks.length).map(',
    tests,
  },
  {
    ids: ['LG-05'],
    file: verify,
    find: "if (found === undefined) return [{ kind: 'head_missing', seal: remembered.seal }]",
    replace: 'if (found === undefined) return []',
    tests,
  },
  {
    ids: ['LG-05'],
    file: seals,
    find: "if (through === undefined || !isSame(reason ?? '', describePruned(key, Number(through)))) return 0",
    replace: 'if (through === undefined) return 0',
    tests,
  },
  {
    ids: ['LG-05'],
    file: 'src/audit/sealer.ts',
    find: 'if (seal === undefined || seal.marks.length < batch) return',
    replace: 'if (seal === undefined || seal.marks.length <= batch) return',
    tests: ['src/server/audit-keeping.test.ts'],
  },
]
