import { machineClock } from '../../../server/compose.ts'
import type { Store } from '../../../ports/store.ts'
import type { Context } from '../../context.ts'
import { done, failed } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'
import { createProgress } from '../../progress.ts'
import { formatTable } from '../../table.ts'
import { explaining, findTarget, openTarget, withUpkeep } from '../../target.ts'
import type { TargetOptions } from '../../target.ts'

/** Rows in one transaction: few enough that a server beside it does not notice. */
const batch = 500

/** Removes at once what the servers would remove by and by. Interrupted, it has removed what it said. */
export async function pruneDatabase(
  options: TargetOptions & { readonly dryRun?: boolean },
  context: Context,
): Promise<Outcome> {
  if (options.dryRun === true) return tellDue(options, context)
  const target = await findTarget(options, context)
  if (!target.ok) return failed(target.error)

  return explaining(async () => {
    const store = await openTarget(target.value)
    try {
      const removed = await pruneAll(store, context)
      context.out(`${context.asJson ? JSON.stringify({ removed }) : context.words.db.pruned(removed)}\n`)
    } finally {
      await store.close()
    }

    return done
  })
}

async function pruneAll(store: Store, context: Context): Promise<number> {
  const tell = createProgress(context)
  let removed = 0
  for (;;) {
    const count = await store.prune(machineClock(), batch)
    removed += count
    tell(removed)
    if (count < batch) return removed
  }
}

const tellDue = (options: TargetOptions, context: Context) =>
  withUpkeep(options, context, async (upkeep) => {
    const { tables } = await upkeep.status(machineClock())
    const items = tables.filter(({ due }) => due > 0).map(({ table, due }) => ({ table, due }))
    const { db } = context.words
    const text = formatTable([[db.table, db.due], ...items.map(({ table, due }) => [table, due])])
    context.out(`${context.asJson ? JSON.stringify({ items, next: null }) : text}\n`)

    return done
  })
