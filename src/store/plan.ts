/** What one statement of a step does to one table. */
export interface Locked {
  readonly table: string
  /** In the words of PostgreSQL; SQLite locks the whole file for writing, whatever is done. */
  readonly lock: 'ACCESS EXCLUSIVE' | 'SHARE' | 'SHARE UPDATE EXCLUSIVE' | 'ROW EXCLUSIVE'
}

const kinds: readonly (readonly [RegExp, Locked['lock']])[] = [
  [/^CREATE (?:UNIQUE )?INDEX CONCURRENTLY\b[\s\S]*? ON (\w+)/i, 'SHARE UPDATE EXCLUSIVE'],
  [/^CREATE (?:UNIQUE )?INDEX\b[\s\S]*? ON (\w+)/i, 'SHARE'],
  [/^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+)/i, 'ACCESS EXCLUSIVE'],
  [/^DROP TABLE (?:IF EXISTS )?(\w+)/i, 'ACCESS EXCLUSIVE'],
  [/^(?:UPDATE|DELETE FROM|INSERT INTO) (\w+)/i, 'ROW EXCLUSIVE'],
]

/** Strongest first. */
const strength: readonly Locked['lock'][] = ['ACCESS EXCLUSIVE', 'SHARE', 'SHARE UPDATE EXCLUSIVE', 'ROW EXCLUSIVE']

/**
 * Which tables a step locks, each with its strongest lock. Tables that the step makes itself are not among them: nobody
 * else knows them yet.
 */
export function locksOf(sql: string): readonly Locked[] {
  const statements = sql
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
  const made = new Set(statements.map((each) => /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/i.exec(each)?.[1]))
  const locks = new Map<string, Locked['lock']>()
  for (const statement of statements) {
    const found = lockOf(statement)
    if (found === undefined || made.has(found.table)) continue
    const before = locks.get(found.table)
    if (before === undefined || strength.indexOf(found.lock) < strength.indexOf(before))
      locks.set(found.table, found.lock)
  }

  return [...locks].map(([table, lock]) => ({ table, lock }))
}

function lockOf(statement: string): Locked | undefined {
  for (const [pattern, lock] of kinds) {
    const table = pattern.exec(statement)?.[1]
    if (table !== undefined) return { table, lock }
  }

  return undefined
}
