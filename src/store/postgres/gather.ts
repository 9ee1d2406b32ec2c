import type { Rows } from './database.ts'
import { join, plain, sql } from './sql.ts'
import type { Sql, Value } from './sql.ts'

/** How one thing is found by what names it. */
export interface Lookup<Key extends readonly unknown[], Found> {
  /** A list rather than `*`: what a connection has prepared stays good when a table gets another column. */
  readonly columns: string
  readonly from: string
  /** What names it: each column, its type, and the value to look for. */
  readonly by: { readonly [column: string]: readonly [type: 'bytea' | 'text', valueOf: (...key: Key) => KeyValue] }
  /** A condition besides. */
  readonly and?: string
  readonly read: (row: never) => Found
}

type KeyValue = Uint8Array | string | null

export type Find = <Key extends readonly unknown[], Found>(
  lookup: Lookup<Key, Found>,
  ...key: Key
) => Promise<Found | undefined>

interface Asked {
  readonly key: readonly unknown[]
  readonly resolve: (found: unknown) => void
  readonly reject: (error: unknown) => void
}

// oxlint-disable-next-line typescript/no-explicit-any -- lookups of any kind wait in one turn
type AnyLookup = Lookup<any, unknown>

/** So many at once, so that no answer is too long to be read in one go. */
const maxTogether = 200

/**
 * What is looked up in one turn of the event loop, and after it until a connection is free, is one statement for each
 * kind, all of them one round trip: twenty at once cost server and database about what two cost one by one.
 *
 * @param send the statements are made at the last moment, when they can be sent
 */
export function gather(send: (statements: () => readonly Sql[]) => Promise<readonly Rows[]>): Find {
  let open: Map<AnyLookup, Asked[]> | undefined
  let count = 0

  function begin(): Map<AnyLookup, Asked[]> {
    const turn = new Map<AnyLookup, Asked[]>()
    open = turn
    count = 0
    setImmediate(() => void answer(turn))

    return turn
  }

  async function answer(turn: Map<AnyLookup, Asked[]>): Promise<void> {
    const statements = () => {
      if (open === turn) open = undefined

      return [...turn].map(([lookup, asked]) =>
        statementOf(
          lookup,
          asked.map(({ key }) => key),
        ),
      )
    }
    try {
      const answers = await send(statements)
      for (const [index, [lookup, asked]] of [...turn].entries()) settle(lookup, asked, answers[index]!)
    } catch (error) {
      for (const { reject } of [...turn.values()].flat()) reject(error)
    } finally {
      if (open === turn) open = undefined
    }
  }

  return (lookup, ...key) =>
    new Promise((resolve, reject) => {
      const turn = open === undefined || count >= maxTogether ? begin() : open
      const asked = turn.get(lookup) ?? []
      asked.push({ key, resolve: resolve as Asked['resolve'], reject })
      turn.set(lookup, asked)
      count += 1
    })
}

function settle({ read }: AnyLookup, asked: readonly Asked[], { rows }: Rows): void {
  const found = new Map(rows.map((row) => [(row as { readonly place: number }).place, row]))
  for (const [index, { resolve }] of asked.entries()) {
    const row = found.get(index + 1)
    resolve(row === undefined ? undefined : read(row as never))
  }
}

/**
 * LATERAL with OFFSET 0 is planned as so many look-ups by key, whatever the statistics say: a table that was empty when a
 * connection prepared the statement is not read from end to end once it is full, and of a partitioned one only the
 * partition of the key is looked at.
 */
function statementOf<Key extends readonly unknown[]>(
  { columns, from, by, and }: Lookup<Key, unknown>,
  keys: Key[],
): Sql {
  const named = Object.entries(by)
  const values = named.map(([, [type, valueOf]]) => {
    const column = keys.map((key) => valueOf(...key)) as Value

    return sql`${column}${plain(`::${type}[]`)}`
  })
  const names = named.map((_, index) => `key_${index}`).join(', ')
  const matches = named.map(([column], index) => `${column} = asked.key_${index}`).join(' AND ')

  return sql`
    SELECT asked.place, found.*
    FROM unnest(${join(values, ', ')}) WITH ORDINALITY AS asked (${plain(`${names}, place`)}),
      LATERAL (
        SELECT ${plain(`${columns} FROM ${from} WHERE ${matches}${and === undefined ? '' : ` AND ${and}`}`)} OFFSET 0
      ) AS found
  `
}
