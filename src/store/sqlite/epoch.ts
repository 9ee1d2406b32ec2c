import type { DatabaseSync } from 'node:sqlite'
import type { Epoch } from '../../ports/epoch-store.ts'
import { newestOf, refuseOutgrown } from '../migration.ts'
import { migrations } from './schema.ts'

const columns = 'database_id AS databaseId, valid_after AS validAfter, mark'

export function epochTable(database: DatabaseSync) {
  const select = database.prepare(`SELECT ${columns} FROM epoch`)
  const raise = database.prepare(`UPDATE epoch SET mark = mark + 1 RETURNING ${columns}`)
  const upsert = database.prepare('INSERT OR REPLACE INTO instances (id, version, step, seen_at) VALUES (?, ?, ?, ?)')
  const selectRequired = database.prepare('SELECT coalesce(max(requires), 0) AS required FROM migrations')
  const remove = database.prepare('DELETE FROM instances WHERE id = ? OR seen_at < ?')

  return {
    load: () => ({ ...select.get() }) as unknown as Epoch,
    checkIn(instance: string, version: string): Epoch {
      upsert.run(instance, version, newestOf(migrations), Date.now())

      const raised = { ...raise.get() } as unknown as Epoch
      refuseOutgrown((selectRequired.get() as { readonly required: number }).required, migrations, 'the file')

      return raised
    },
    /** What is long gone leaves with it. */
    checkOut: (instance: string) => void remove.run(instance, Date.now() - forgottenMs),
  }
}

const forgottenMs = 24 * 60 * 60 * 1000
