import { CommanderError } from 'commander'
import { auditEvent } from '../../../ports/audit.ts'
import { createRandomPool, machineClock } from '../../../server/compose.ts'
import type { Instant } from '../../../base/time.ts'
import { UpkeepRefused } from '../../../store/upkeep.ts'
import type { RestoreOptions } from '../../../store/upkeep.ts'
import { confirm } from '../../confirm.ts'
import type { Context } from '../../context.ts'
import { atPlace, withUpkeep } from '../../open-store.ts'
import type { Place, StoreOptions } from '../../open-store.ts'
import { createProgress } from '../../progress.ts'
import { done, exits, failed } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'

interface RestoreCommand extends StoreOptions {
  readonly end?: string
  readonly inPlace?: boolean
  readonly replace?: boolean
  readonly yes?: boolean
}

/** Nobody asked over HTTP: the operator did it on the machine. */
const operator = { address: undefined, requestId: undefined }

/**
 * Puts a backup back. The database then does not know what was revoked, rotated and used up since; so it has to be
 * said that everything which was given before ends, and nothing is done without that word.
 */
export async function restoreDatabase(
  backup: string | undefined,
  command: RestoreCommand,
  context: Context,
): Promise<Outcome> {
  const { inPlace = false, replace = false, yes = false } = command
  if (backup === undefined && !inPlace) throw new CommanderError(exits.usage, 'commander.missingArgument', `'file'`)
  if ((backup !== undefined && inPlace) || (inPlace && replace))
    throw new CommanderError(exits.usage, 'hufu.contrary', '')
  if (command.end === undefined) return failed({ code: 'HF-DB-0807', cause: '--end is not given' })
  if (command.end !== 'all') throw new CommanderError(exits.usage, 'hufu.badEnd', '')

  const { db } = context.words
  const plan = backup === undefined ? db.endPlan : db.restorePlan(backup)
  const asks = inPlace || replace
  if (asks && !(await confirm(plan, yes, context))) return failed({ code: 'HF-DB-0809', cause: plan })
  const ports = { now: machineClock, random: createRandomPool() }
  const event = auditEvent(ports, operator, 'database_restored', 'done', { reason: backup ?? 'in place' })
  const tell = (at: Instant) => {
    const cutOff = new Date(at).toISOString()
    context.out(`${context.asJson ? JSON.stringify({ ended_before: cutOff }) : db.restoredAt(cutOff)}\n`)
    if (!context.asJson) context.err(`${db.afterRestore}\n`)

    return done
  }

  return backup === undefined
    ? withUpkeep(command, context, async (upkeep) => tell(await upkeep.endAll(event)))
    : atPlace(command, context, async (place) =>
        tell(await restoreInto(place, { backup, event, onRows: createProgress(context) }, replace)),
      )
}

async function restoreInto(place: Place, restore: RestoreOptions, replace: boolean): Promise<Instant> {
  if (place.database !== undefined) return restoreIntoPostgres(place.database, restore, replace)
  const { restoreSqlite } = await import('../../../store/sqlite/upkeep/restore.ts')
  const { file } = place
  const aside = `${file}.replaced-${new Date(restore.event.at).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`

  return restoreSqlite({ ...restore, file, ...(replace && { aside }) })
}

async function restoreIntoPostgres(database: string, restore: RestoreOptions, replace: boolean): Promise<Instant> {
  if (replace) throw new UpkeepRefused('not_empty', 'PostgreSQL: --replace is for SQLite')
  const { openPostgresUpkeep } = await import('../../../store/postgres/upkeep/index.ts')
  const upkeep = openPostgresUpkeep(database)
  try {
    return await upkeep.restore(restore)
  } finally {
    await upkeep.close()
  }
}
