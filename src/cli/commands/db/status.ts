import { machineClock } from '../../../server/compose.ts'
import type { DatabaseStatus } from '../../../store/upkeep.ts'
import type { Context } from '../../context.ts'
import { done } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'
import { formatTable } from '../../table.ts'
import { withUpkeep } from '../../open-store.ts'
import type { StoreOptions } from '../../open-store.ts'

/** What there is, without changing it. */
export const databaseStatus = (options: StoreOptions, context: Context): Promise<Outcome> =>
  withUpkeep(options, context, async (upkeep) => {
    const status = await upkeep.status(machineClock())
    context.out(`${context.asJson ? toJson(status) : toText(status, context)}\n`)

    return done
  })

const asTime = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())

const toJson = (status: DatabaseStatus) =>
  JSON.stringify({
    engine: status.engine,
    version: status.version,
    bytes: status.bytes,
    schema: status.schema,
    instances: status.instances.map(({ id, step, seenAt }) => ({ id, step, seen_at: asTime(seenAt) })),
    backed_up_at: asTime(status.backedUpAt) ?? null,
    restored_at: asTime(status.restoredAt) ?? null,
    tables: status.tables,
  })

function toText(status: DatabaseStatus, { words: { db } }: Context): string {
  const { engine, version, bytes, schema, instances } = status
  const facts = [
    [db.engine, `${engine} ${version}`],
    [db.size, `${(bytes / 1_048_576).toFixed(1)} MiB`],
    [db.schema, db.steps(schema.here, schema.known)],
    [db.instances, db.running(instances.length, instances.filter(({ step }) => step < schema.known).length)],
    [db.backedUp, asTime(status.backedUpAt) ?? db.never],
    [db.restored, asTime(status.restoredAt) ?? db.never],
  ]
  const tables = status.tables.map(({ table, rows, due }) => [table, rows, due])

  return `${formatTable(facts)}\n\n${formatTable([[db.table, db.rows, db.due], ...tables])}`
}
