import type { Instant } from '../../base/time.ts'
import type { Epoch } from '../../ports/epoch-store.ts'
import { newestOf, refuseOutgrown } from '../migration.ts'
import type { Run } from './database.ts'
import { migrations } from './schema.ts'
import { plain, sql } from './sql.ts'

const columns = plain('database_id AS "databaseId", valid_after AS "validAfter", mark')

const toEpoch = ({ rows }: { readonly rows: readonly unknown[] }) => ({ ...(rows[0] as Epoch) })

export const loadEpoch = async (run: Run): Promise<Epoch> => toEpoch(await run(sql`SELECT ${columns} FROM epoch`))

export async function readClock(run: Run): Promise<Instant> {
  const { rows } = await run(sql`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now`)

  return (rows[0] as { readonly now: Instant }).now
}

/** By the clock of the database, since those of the instances may differ. */
export async function checkIn(run: Run, instance: string, version: string): Promise<Epoch> {
  const { rows } = await run(sql`
    WITH seen AS (
      INSERT INTO instances (id, version, step) VALUES (${instance}, ${version}, ${newestOf(migrations)})
      ON CONFLICT (id) DO UPDATE SET version = excluded.version, step = excluded.step, seen_at = now()
    )
    UPDATE epoch SET mark = mark + 1
    RETURNING ${columns}, (SELECT coalesce(max(requires), 0) FROM migrations) AS required
  `)
  const { required, ...epoch } = rows[0] as Epoch & { readonly required: number }
  refuseOutgrown(required, migrations, 'the database')

  return epoch
}

/** What is long gone leaves with it. */
export const checkOut = async (run: Run, instance: string): Promise<void> =>
  void (await run(sql`DELETE FROM instances WHERE id = ${instance} OR seen_at < now() - interval '1 day'`))
