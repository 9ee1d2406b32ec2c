import type { Database } from './database.ts'
import { join, plain, sql } from './sql.ts'
import type { Part, Sql } from './sql.ts'

export interface Change {
  /** Each of them touches one row, or it is not met, and nothing is written. Rows are locked in this order. */
  readonly conditions: readonly Part[]
  readonly writes: readonly Part[]
  /** What it locks, if that is one row alone: then it may share a transaction with others (see share.ts). */
  readonly locks?: string | undefined
}

/**
 * Does all of it in one statement, which is one round trip and one commit, and tells how many conditions were met, one
 * after the other. PostgreSQL locks the row of a condition and looks at its newest state, whatever else is under way
 * (READ COMMITTED): of any number of concurrent calls for one row, the first to lock it meets the condition.
 *
 * Where two conditions write, the first may have to be undone, so that the statement gets a transaction around it.
 */
export async function allOrNothing(database: Database, { conditions, writes, locks }: Change): Promise<number> {
  const statement = compose(conditions, writes)
  if (conditions.filter((each) => each.writes).length < 2)
    return metOf(await (locks === undefined ? database.run(statement) : database.share(locks, statement)))

  return database.transaction(async ({ run, undo }) => {
    const met = metOf(await run(statement))
    if (met < conditions.length) undo()

    return met
  })
}

/** For a change that depends on nothing but what is in it, or on one condition. */
export const isDone = async (database: Database, condition: Part, ...writes: readonly Part[]) =>
  (await allOrNothing(database, { conditions: [condition], writes })) === 1

const metOf = ({ rows }: { readonly rows: readonly unknown[] }) => (rows[0] as { readonly met: number }).met

/** One step of a transaction that was decided already. */
export const together = (...writes: readonly Part[]) => compose([], writes)

/** One step of a transaction: what is written besides, if the condition is met. */
export const besides = (condition: Part, ...writes: readonly Part[]) => compose([condition], writes)

/**
 * The steps cannot see each other's rows, only what they return: so each asks whether the condition before it returned
 * one, which PostgreSQL finds out before it begins the step, once (an InitPlan).
 */
function compose(conditions: readonly Part[], writes: readonly Part[]): Sql {
  const after = (count: number) => plain(count === 0 ? '' : ` AND EXISTS (SELECT 1 FROM condition_${count - 1})`)
  const step = (name: string, { head, tail }: Part, count: number) =>
    sql`${plain(name)} AS (${head}${after(count)} ${plain(tail)})`
  const steps = [
    ...conditions.map((part, index) => step(`condition_${index}`, part, index)),
    ...writes.map((part, index) => step(`write_${index}`, part, conditions.length)),
  ]
  const counts = conditions.map((_, index) => `(SELECT count(*) FROM condition_${index})`)

  return sql`WITH ${join(steps, ', ')} SELECT ${plain(counts.join(' + ') || '0')} AS met`
}
