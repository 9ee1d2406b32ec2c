import type { DatabaseSync } from 'node:sqlite'
import { resolve } from 'node:path'
import type { Instant } from '../../../base/time.ts'
import type { AuditEvent } from '../../../protocol/audit-event.ts'
import { doableBeside } from '../../migration.ts'
import { locksOf } from '../../plan.ts'
import type { PlannedStep, Upkeep } from '../../upkeep.ts'
import { openAsItIs } from '../connection.ts'
import { loadPending, loadRunning, migrate } from '../migrate.ts'
import { migrations } from '../schema.ts'
import { backUp } from './backup.ts'
import { endEverything, refuseInUse } from './end.ts'
import { loadStatus, rowsOf, tablesOf } from './status.ts'

/** How long a step waits for those that write: they hold the file for moments. */
const busyTimeoutMs = 60_000

/** The file of a server, which may run meanwhile. Throws a plain Error if it is not there or not ours. */
export function openSqliteUpkeep(name: string): Upkeep {
  const file = resolve(name)
  const database = openAsItIs(file, busyTimeoutMs)

  return {
    status: async (now: Instant) => loadStatus(database, file, now),
    plan: async () => loadPlan(database, file),
    migrate: async (onStep) => migrate(database, file, migrations, onStep),
    backup: async (target, now) => backUp(database, target, now),
    endAll: async (event: AuditEvent) => {
      refuseInUse(database, file)
      migrate(database, file, migrations)

      return endEverything(database, file, event)
    },
    close: async () => database.close(),
  }
}

function loadPlan(database: DatabaseSync, file: string): readonly PlannedStep[] {
  const pending = loadPending(database, file, migrations)
  const doable = doableBeside(loadRunning(database), pending)
  const there = tablesOf(database)

  return pending.map((step) => ({
    number: step.number,
    name: step.name,
    kind: step.requires === undefined ? 'expand' : 'contract',
    waits: !doable.includes(step),
    touches: locksOf(step.sql)
      .filter(({ table }) => there.includes(table))
      .map(({ table }) => ({ table, lock: 'file, for writing', rows: rowsOf(database, table) })),
  }))
}
