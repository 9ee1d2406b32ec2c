import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { ChangePage } from '../../ports/change-store.ts'
import type { Change, ChangeKind } from '../../protocol/change.ts'
import { checkLimit } from '../changes.ts'
import type { NewChange } from '../changes.ts'

interface ChangeRow {
  readonly position: number
  readonly kind: ChangeKind
  readonly name: string
  readonly dead_before: Instant | null
  readonly expires_at: Instant
}

/** One writes at a time, so positions are given in the order in which others see them. */
export function changeTable(database: DatabaseSync) {
  const insert = database.prepare('INSERT INTO changes (kind, name, dead_before, expires_at) VALUES (?, ?, ?, ?)')
  const select = database.prepare('SELECT * FROM changes WHERE position > ? ORDER BY position LIMIT ?')
  const selectEpoch = database.prepare('SELECT epoch FROM change_list')
  // Stays when rows leave.
  const selectLast = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'changes'")

  function list(after: number | undefined, limit: number): ChangePage {
    checkLimit(limit)
    const rows = after === undefined ? [] : select.all(after, limit)
    const { epoch } = selectEpoch.get() as { readonly epoch: string }
    const last = (selectLast.get() as { readonly seq: number } | undefined)?.seq ?? 0

    return { changes: rows.map((row) => toChange(row as unknown as ChangeRow)), epoch, last }
  }

  const append = ({ kind, name, deadBefore, until }: NewChange) =>
    void insert.run(kind, name, deadBefore === 'all' ? null : deadBefore, until)

  return { list, append }
}

const toChange = (row: ChangeRow): Change => ({
  position: row.position,
  kind: row.kind,
  name: row.name,
  deadBefore: row.dead_before ?? 'all',
  until: row.expires_at,
})
