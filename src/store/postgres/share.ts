import type { Rows, Run } from './database.ts'
import type { Sql } from './sql.ts'

/** One statement that writes, committed when it is answered, together with what else is written in this turn. */
export type Share = (order: string, statement: Sql) => Promise<Rows>

interface Waiting {
  /** What it locks: rows are locked in this order, so that transactions of two instances never wait for each other. */
  readonly order: string
  readonly statement: Sql
  readonly resolve: (rows: Rows) => void
  readonly reject: (error: unknown) => void
}

/** So many at once, so that nobody waits long for a lock that a neighbour waits for. */
const maxTogether = 64

/**
 * What is written in one turn of the event loop, and after it until a connection is free, is one transaction: one round
 * trip, and one commit for all. If one of them fails, which none is meant to, all are done again, each by itself, so that no
 * request fails with its neighbour.
 *
 * @param send all of them or none; `undone` if one failed. The statements are asked for when they can be sent
 */
export function share(
  send: (statements: () => readonly Sql[]) => Promise<readonly Rows[] | 'undone'>,
  alone: Run,
): Share {
  let open: Waiting[] | undefined

  function begin(): Waiting[] {
    const turn: Waiting[] = []
    open = turn
    setImmediate(() => void answer(turn))

    return turn
  }

  async function answer(turn: Waiting[]): Promise<void> {
    const close = () => {
      if (open === turn) open = undefined
    }
    const statements = () => {
      close()

      return turn.sort(byOrder).map(({ statement }) => statement)
    }
    try {
      const answers = await send(statements)
      if (answers === 'undone')
        for (const { statement, resolve, reject } of turn) alone(statement).then(resolve, reject)
      else for (const [index, { resolve }] of turn.entries()) resolve(answers[index]!)
    } catch (error) {
      for (const { reject } of turn) reject(error)
    } finally {
      close()
    }
  }

  return (order, statement) =>
    new Promise((resolve, reject) => {
      const turn = open === undefined || open.length >= maxTogether ? begin() : open
      turn.push({ order, statement, resolve, reject })
    })
}

const byOrder = (one: Waiting, other: Waiting) => (one.order < other.order ? -1 : one.order > other.order ? 1 : 0)
