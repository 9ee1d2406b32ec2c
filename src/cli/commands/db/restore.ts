import { CommanderError } from 'commander'
import { auditEvent } from '../../../ports/audit.ts'
import { createRandomPool, machineClock } from '../../../server/compose.ts'
import type { RestoreOptions } from '../../../store/upkeep.ts'
import { confirm } from '../../confirm.ts'
import type { Context } from '../../context.ts'
import { atPlace, refusePostgres, withUpkeep } from '../../open-store.ts'
import type { Place, StoreOptions } from '../../open-store.ts'
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
  const outcome =
    backup === undefined
      ? await withUpkeep(command, context, async (upkeep) => upkeep.endAll(event).then(() => done))
      : await putBack({ backup, event }, replace, command, context)
  if (outcome.kind !== 'done') return outcome
  const cutOff = new Date(event.at).toISOString()
  context.out(`${context.asJson ? JSON.stringify({ ended_before: cutOff }) : db.restoredAt(cutOff)}\n`)
  if (!context.asJson) context.err(`${db.afterRestore}\n`)

  return done
}

const putBack = (
  restore: RestoreOptions,
  replace: boolean,
  options: StoreOptions,
  context: Context,
): Promise<Outcome> =>
  atPlace(options, context, async (place) => {
    await restoreInto(place, restore, replace)

    return done
  })

async function restoreInto(place: Place, restore: RestoreOptions, replace: boolean): Promise<void> {
  refusePostgres(place)
  const { restoreSqlite } = await import('../../../store/sqlite/upkeep/restore.ts')
  const { file } = place
  const aside = `${file}.replaced-${new Date(restore.event.at).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  await restoreSqlite({ ...restore, file, ...(replace && { aside }) })
}
