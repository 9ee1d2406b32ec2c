import { machineClock } from '../../../server/compose.ts'
import type { Context } from '../../context.ts'
import { done } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'
import { createProgress } from '../../progress.ts'
import { withUpkeep } from '../../open-store.ts'
import type { StoreOptions } from '../../open-store.ts'

/** Writes what lasts into a new file, while servers run. */
export const backUpDatabase = (file: string, options: StoreOptions, context: Context): Promise<Outcome> =>
  withUpkeep(options, context, async (upkeep) => {
    const made = await upkeep.backup(file, machineClock(), createProgress(context))
    const rows = Object.values(made.rows).reduce((sum, each) => sum + each, 0)
    context.out(
      `${context.asJson ? JSON.stringify(made) : context.words.db.backedUpTo(made.file, rows, made.sha256)}\n`,
    )
    if (!context.asJson) context.err(`${context.words.db.secretApart}\n`)

    return done
  })
