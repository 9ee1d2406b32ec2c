/** What a parameter may be. Arrays are for `= ANY (…)` and `unnest (…)`. */
export type Value = string | number | boolean | Uint8Array | readonly (Uint8Array | string | null)[] | null

/** A piece of SQL and its parameters, kept apart until they are sent: `texts` has one more member than `values`. */
export interface Sql {
  readonly texts: readonly string[]
  readonly values: readonly Value[]
}

/** A tag for template literals: what is put in becomes a parameter, unless it is SQL itself. */
export function sql(given: TemplateStringsArray, ...parts: readonly (Value | Sql)[]): Sql {
  const texts = [given[0]!]
  const values: Value[] = []
  for (const [index, part] of parts.entries()) {
    if (!isSql(part)) {
      values.push(part)
      texts.push('')
    } else {
      texts[texts.length - 1] += part.texts[0]!
      texts.push(...part.texts.slice(1))
      values.push(...part.values)
    }
    texts[texts.length - 1] += given[index + 1]!
  }

  return { texts, values }
}

const isSql = (part: Value | Sql): part is Sql => typeof part === 'object' && part !== null && 'texts' in part

/** Text of our own as SQL. Never for anything that came from outside. */
export const plain = (text: string): Sql => ({ texts: [text], values: [] })

export const join = (parts: readonly Sql[], separator: string): Sql =>
  parts.length === 0 ? plain('') : parts.reduce((all, part) => sql`${all}${plain(separator)}${part}`)

/** With its parameters as `$1`, `$2` and so on. */
export const textOf = ({ texts }: Sql) => texts.reduce((text, piece, index) => `${text}$${index}${piece}`)

/** One row of a table, by column. */
export type Row = Readonly<Record<string, Value>>

/**
 * A statement up to its WHERE clause, so that a condition can be added to that, and what follows the clause. Only what
 * `writes` has to be undone when something else fails.
 */
export interface Part {
  readonly head: Sql
  readonly tail: string
  readonly writes: boolean
}

/** A part as a statement of its own. */
export const whole = ({ head, tail }: Part): Sql => sql`${head} ${plain(tail)}`

/** An UPDATE or a DELETE with a WHERE clause. */
export const change = (head: Sql): Part => ({ head, tail: 'RETURNING 1', writes: true })

/** A SELECT with a WHERE clause, whose row stays as it is until the end of the transaction. */
export const holdRow = (head: Sql): Part => ({ head, tail: 'FOR SHARE', writes: false })

export const insert = (table: string, row: Row, conflict = ''): Part => ({
  head: sql`INSERT INTO ${plain(`${table} (${Object.keys(row).join(', ')})`)} SELECT ${list(Object.values(row))} WHERE true`,
  tail: `${conflict} RETURNING 1`,
  writes: true,
})

/** Nothing if the row is there. */
export const insertOnce = (table: string, row: Row) => insert(table, row, 'ON CONFLICT DO NOTHING')

/** Takes the place of the row with the same key. */
export function upsert(table: string, key: readonly string[], row: Row): Part {
  const others = Object.keys(row).filter((column) => !key.includes(column))
  const replaced = others.map((column) => `${column} = excluded.${column}`)

  return insert(table, row, `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${replaced.join(', ')}`)
}

/** For `UPDATE … SET`. */
export const assign = (row: Row): Sql =>
  join(
    Object.entries(row).map(([column, value]) => sql`${plain(column)} = ${value}`),
    ', ',
  )

const list = (values: readonly Value[]): Sql => ({
  texts: ['', ...Array.from({ length: values.length - 1 }, () => ', '), ''],
  values,
})
