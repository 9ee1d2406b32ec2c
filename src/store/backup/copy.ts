import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { applicationId } from '../sqlite/migrate.ts'
import { lastingTables } from '../tables.ts'
import type { BackedUp } from '../upkeep.ts'

/** What is in a backup. */
type Copied = Pick<BackedUp, 'rows' | 'sha256'>

/**
 * Copies what lasts from an open database into an empty file: all tables, with the rows of those that a backup keeps,
 * as they stood at one instant. Writers of the source do not wait.
 */
export function copyLasting(source: DatabaseSync, draft: string): void {
  const copy = new DatabaseSync(draft)
  try {
    copy.exec(`PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA application_id = ${applicationId}`)
    source.prepare('ATTACH ? AS copy').run(draft)
    try {
      // One snapshot for all: of the source, the transaction reads only.
      source.exec('BEGIN')
      const schema = source
        .prepare('SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE ?')
        .all('sqlite%')
      const all = schema as unknown as { readonly type: string; readonly name: string; readonly sql: string }[]
      // What a backup says of itself is not said by its copy.
      const statements = all.filter(({ name }) => name !== 'contents')
      for (const type of ['table', 'index', 'trigger', 'view'])
        for (const each of statements.filter((one) => one.type === type)) copy.exec(each.sql)
      for (const table of ['migrations', 'epoch', ...kept(statements.map(({ name }) => name))])
        source.exec(`INSERT INTO copy.${table} SELECT * FROM main.${table}`)
      source.exec('COMMIT')
    } finally {
      if (source.isTransaction) source.exec('ROLLBACK')
      source.exec('DETACH copy')
    }
    keepNumbers(copy)
  } finally {
    copy.close()
  }
}

/** The numbers of events that have left are not given again: whatever is below the newest seal has one. */
export function keepNumbers(copy: DatabaseSync): void {
  if (copy.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'audit_seals'`).get() === undefined) return
  copy.exec(`
    INSERT INTO sqlite_sequence (name, seq)
      SELECT 'audit', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'audit');
    UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max(last), 0) FROM audit_seals)) WHERE name = 'audit';
  `)
}

/** SHA-256 over the rows of what lasts, in the order in which they are stored. */
export function digest(database: DatabaseSync): Copied {
  const names = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
  const sha256 = createHash('sha256')
  const rows: Record<string, number> = {}
  for (const table of kept(names.map(({ name }) => name as string))) {
    rows[table] = 0
    sha256.update(`${table}\n`)
    for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) {
      rows[table] += 1
      sha256.update(`${JSON.stringify(row, asText)}\n`)
    }
  }

  return { rows, sha256: sha256.digest('hex') }
}

const kept = (names: readonly string[]) => lastingTables.filter((table) => names.includes(table))

const asText = (_key: string, value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value

/** Throws a plain Error if the file is damaged. */
export function checkIntegrity(database: DatabaseSync): void {
  const problems = database.prepare('PRAGMA integrity_check(10)').all() as { readonly integrity_check: string }[]
  const found = problems.map(({ integrity_check: each }) => each).filter((each) => each !== 'ok')
  if (found.length > 0) throw new Error(`the file is damaged: ${found.join('; ')}`)
}
