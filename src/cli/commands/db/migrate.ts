import type { PlannedStep } from '../../../store/upkeep.ts'
import type { Context } from '../../context.ts'
import { done, failed } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'
import { formatTable } from '../../table.ts'
import { withUpkeep } from '../../open-store.ts'
import type { StoreOptions } from '../../open-store.ts'

/**
 * Brings the schema up to date, step by step, while servers run; what was done stays done if it is interrupted. With
 * `plan` it only tells what each step would do (UX-7.4).
 */
export const migrateDatabase = (
  options: StoreOptions & { readonly plan?: boolean },
  context: Context,
): Promise<Outcome> =>
  withUpkeep(options, context, async (upkeep) => {
    const { asJson, words, out, err } = context
    if (options.plan === true) {
      const steps = await upkeep.plan()
      out(`${asJson ? JSON.stringify({ items: steps, next: null }) : tell(steps, context)}\n`)
      return done
    }
    const applied: number[] = []
    const waiting = await upkeep.migrate(({ number, name }) => {
      applied.push(number)
      err(asJson ? `${JSON.stringify({ progress: { step: number, name } })}\n` : `${words.db.stepDone(number, name)}\n`)
    })
    if (asJson) out(`${JSON.stringify({ applied, waiting: waiting.map(({ number }) => number) })}\n`)
    if (waiting.length > 0)
      return failed({ code: 'HF-DB-0808', cause: `step ${waiting.map(({ number }) => number).join(', ')} waits` })
    if (!asJson) out(`${applied.length === 0 ? words.db.upToDate : words.db.migrated(applied.length)}\n`)

    return done
  })

function tell(steps: readonly PlannedStep[], { words: { db } }: Context): string {
  if (steps.length === 0) return db.upToDate
  const rows = steps.flatMap(({ number, name, kind, waits, touches }) => {
    const head = [String(number), name, waits ? `${kind} (${db.waits})` : kind]
    if (touches.length === 0) return [[...head, '-', '-', 0]]

    return touches.map(({ table, lock, rows: count }) => [...head, table, lock, count])
  })

  return formatTable([[db.step, db.name, db.kind, db.table, db.lock, db.rows], ...rows])
}
