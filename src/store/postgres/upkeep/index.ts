import type { Instant } from '../../../base/time.ts'
import { doableBeside } from '../../migration.ts'
import type { Migration } from '../../migration.ts'
import { locksOf } from '../../plan.ts'
import type { PlannedStep, RestoreOptions, Upkeep } from '../../upkeep.ts'
import { openDatabase } from '../database.ts'
import type { Run } from '../database.ts'
import { loadPending, loadRunning, migrate } from '../migrate.ts'
import { migrations as ours } from '../schema.ts'
import { backUp } from './backup.ts'
import { endEverything, refuseInUse, takeAlone } from './end.ts'
import { restorePostgres } from './restore.ts'
import { countRows, loadStatus, loadTables } from './status.ts'

/** How long it is waited for a connection, and for what is no long work. */
const patienceMs = 10_000

export interface PostgresUpkeep extends Upkeep {
  /** Fills an empty database from a backup, whole or not at all; returns the cut-off. */
  restore(options: RestoreOptions): Promise<Instant>
}

/**
 * The database of servers, which may run meanwhile. Nothing is connected before it is asked something.
 *
 * @param migrations the steps that this program knows; others in tests
 */
export function openPostgresUpkeep(connectionString: string, migrations: readonly Migration[] = ours): PostgresUpkeep {
  const database = openDatabase({
    connectionString,
    maxConnections: 2,
    timeoutMs: patienceMs,
    maxWaitingCalls: 10,
    namedStatements: false,
    prepare: async () => {},
  })

  return {
    status: (now) => database.steps(({ run }) => loadStatus(run, migrations, now)),
    plan: () => loadPlan(database.run, migrations),
    migrate: (onStep) => migrate(database, migrations, onStep),
    backup: (file, now, onRows) => backUp(database, migrations, file, now, onRows),
    endAll: async (event) => {
      await refuseInUse(database.run)
      await migrate(database, migrations)

      return database.steps(async ({ run }) => {
        await takeAlone(run)

        return endEverything(run, event)
      })
    },
    restore: (options) => restorePostgres(database, options),
    close: database.close,
  }
}

async function loadPlan(run: Run, migrations: readonly Migration[]): Promise<readonly PlannedStep[]> {
  const pending = await loadPending(run, migrations)
  const doable = doableBeside(await loadRunning(run), pending)
  const there = await loadTables(run)
  const steps: PlannedStep[] = []
  for (const step of pending) {
    const touches = []
    for (const { table, lock } of locksOf(step.sql).filter((each) => there.includes(each.table)))
      touches.push({ table, lock, rows: await countRows(run, table) })
    const { number, name, requires } = step
    steps.push({
      number,
      name,
      kind: requires === undefined ? 'expand' : 'contract',
      waits: !doable.includes(step),
      touches,
    })
  }

  return steps
}
