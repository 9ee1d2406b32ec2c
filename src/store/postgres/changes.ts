import type { Instant } from '../../base/time.ts'
import type { ChangePage } from '../../ports/change-store.ts'
import type { Change, ChangeKind } from '../../protocol/change.ts'
import { checkLimit } from '../changes.ts'
import type { NewChange } from '../changes.ts'
import type { Database, Run } from './database.ts'
import { insert, plain, sql } from './sql.ts'
import type { Part } from './sql.ts'

/** Those who insert are told by a trigger on the table. */
export const channel = 'hufu_changes'

interface ListRow {
  readonly epoch: string
  readonly last: number
  readonly unlisted: boolean
  readonly position: number | null
  readonly kind: ChangeKind
  readonly name: string
  readonly dead_before: Instant | null
  readonly expires_at: Instant
}

export const appendChange = ({ kind, name, deadBefore, until }: NewChange): Part =>
  insert('changes', { kind, name, dead_before: deadBefore === 'all' ? null : deadBefore, expires_at: until })

/** For each row that a condition, which returns ids of authorizations, has ended. */
export const appendEnded = (condition: string, { kind, until }: NewChange): Part => ({
  head: sql`
    INSERT INTO changes (kind, name, dead_before, expires_at)
    SELECT ${kind}::text, encode(id, 'hex'), NULL::bigint, ${until}::bigint FROM ${plain(condition)} WHERE true`,
  tail: 'RETURNING 1',
  writes: true,
})

/**
 * One statement where nothing is new. What is new gets its positions first: from within the turn, so that they rise in the
 * order of commits; whoever waited for the turn finds it done.
 */
export async function listChanges(
  { run, transaction }: Database,
  after: number | undefined,
  limit: number,
): Promise<ChangePage> {
  checkLimit(limit)
  const seen = await read(run, after, limit)
  if (!seen.some((row) => row.unlisted)) return toPage(seen)
  await transaction(async (steps) => {
    const { rows } = await steps.run(plain('SELECT last FROM change_list FOR UPDATE'))
    await steps.run(givePositions((rows[0] as { readonly last: number }).last))
  })

  return toPage(await read(run, after, limit))
}

/** At least one row: what it tells of the list is the same in each. */
async function read(run: Run, after: number | undefined, limit: number): Promise<readonly ListRow[]> {
  const { rows } = await run(sql`
    SELECT epoch, last, EXISTS (SELECT 1 FROM changes WHERE position IS NULL) AS unlisted, listed.*
    FROM change_list LEFT JOIN LATERAL (
      SELECT position, kind, name, dead_before, expires_at FROM changes
      WHERE position > ${after ?? null}::bigint ORDER BY position LIMIT ${limit}::bigint
    ) AS listed ON true
    ORDER BY position
  `)

  return rows as readonly ListRow[]
}

const givePositions = (last: number) => sql`
  WITH unlisted AS (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM changes WHERE position IS NULL
  ), listed AS (
    UPDATE changes SET position = ${last}::bigint + unlisted.number FROM unlisted WHERE changes.id = unlisted.id
    RETURNING 1
  )
  UPDATE change_list SET last = ${last}::bigint + (SELECT count(*) FROM listed)
`

function toPage(rows: readonly ListRow[]): ChangePage {
  const { epoch, last } = rows[0]!

  return { changes: rows.filter((row) => row.position !== null).map(toChange), epoch, last }
}

const toChange = (row: ListRow): Change => ({
  position: row.position!,
  kind: row.kind,
  name: row.name,
  deadBefore: row.dead_before ?? 'all',
  until: row.expires_at,
})
