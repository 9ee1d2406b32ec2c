import { machineClock } from '../../../server/compose.ts'
import { mostUnsealed } from '../../../store/upkeep.ts'
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

const inMiB = (bytes: number) => (bytes / 1_048_576).toFixed(1)

const asTime = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())

const toJson = (status: DatabaseStatus) =>
  JSON.stringify({
    engine: status.engine,
    version: status.version,
    bytes: status.bytes,
    schema: status.schema,
    instances: status.instances.map(({ seenAt, ...each }) => ({ ...each, seen_at: asTime(seenAt) })),
    mark: status.mark,
    backed_up_at: asTime(status.backedUpAt) ?? null,
    restored_at: asTime(status.restoredAt) ?? null,
    tables: status.tables,
    unsealed: status.unsealed,
  })

function toText(status: DatabaseStatus, { words: { db } }: Context): string {
  const { engine, version, bytes, schema, instances } = status
  const facts = [
    [db.engine, `${engine} ${version}`],
    [db.size, `${inMiB(bytes)} MiB`],
    [db.schema, db.steps(schema.here, schema.known)],
    [db.lacks, schema.lacks.length === 0 ? db.nothing : schema.lacks.join(', ')],
    [db.instances, db.running(instances.length, instances.filter(({ step }) => step < schema.known).length)],
    [db.backedUp, asTime(status.backedUpAt) ?? db.never],
    [db.restored, asTime(status.restoredAt) ?? db.never],
    [db.mark, String(status.mark)],
    [db.unsealed, db.upTo(status.unsealed, mostUnsealed)],
  ]
  const sized = status.tables.some((each) => each.bytes !== undefined)
  const tables = status.tables.map(({ table, rows, due, bytes: size = 0 }) => [
    table,
    rows,
    due,
    ...(sized ? [inMiB(size)] : []),
  ])
  const head = [db.table, db.rows, db.due, ...(sized ? ['MiB'] : [])]
  const running = instances.map(({ id, version, step, seenAt }) => [id, version, String(step), asTime(seenAt)!])
  const runs = running.length === 0 ? [] : [formatTable([[db.instance, db.version, db.step, db.seen], ...running])]

  return [formatTable(facts), ...runs, formatTable([head, ...tables])].join('\n\n')
}
