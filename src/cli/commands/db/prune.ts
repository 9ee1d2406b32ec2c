import { machineClock } from '../../../server/compose.ts'
import type { Store } from '../../../ports/store.ts'
import type { Context } from '../../context.ts'
import { withStore, withUpkeep } from '../../open-store.ts'
import type { StoreOptions } from '../../open-store.ts'
import { done } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'
import { createProgress } from '../../progress.ts'
import { formatTable } from '../../table.ts'

/** Rows in one transaction: few enough that a server beside it does not notice. */
const batch = 500

/** Removes at once what the servers would remove by and by. Interrupted, it has removed what it said. */
export const pruneDatabase = (
  options: StoreOptions & { readonly dryRun?: boolean },
  context: Context,
): Promise<Outcome> =>
  options.dryRun === true
    ? tellDue(options, context)
    : withStore(options, context, async (store) => {
        const removed = await pruneAll(store, context)
        context.out(`${context.asJson ? JSON.stringify({ removed }) : context.words.db.pruned(removed)}\n`)

        return done
      })

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

const tellDue = (options: StoreOptions, context: Context) =>
  withUpkeep(options, context, async (upkeep) => {
    const { tables } = await upkeep.status(machineClock())
    const items = tables.filter(({ due }) => due > 0).map(({ table, due }) => ({ table, due }))
    const { db } = context.words
    const text = formatTable([[db.table, db.due], ...items.map(({ table, due }) => [table, due])])
    context.out(`${context.asJson ? JSON.stringify({ items, next: null }) : text}\n`)

    return done
  })
