import type { DatabaseSync, StatementSync } from 'node:sqlite'

export {
  documentOr,
  fromDocument,
  hashedKey,
  joinWords,
  orNever,
  orNoDocument,
  orNull,
  sought,
  splitWords,
  stored,
  toDocument,
} from '../rows.ts'

/**
 * A column of octets as lower-case hexadecimal, and NULL as the empty text. SQLite makes text of octets for less than
 * half of what it takes to bring them into JavaScript as bytes first (measured: 9 against 6 microseconds a row).
 */
export const asHex = (column: string) => `lower(hex(${column})) AS ${column}`

/** What {@link asHex} gave. */
export const idOrNothing = <Id extends string>(text: string) => (text === '' ? undefined : (text as Id))

/**
 * A statement whose rows are arrays, by position: without a name for each value a row of 16 takes 3.3 instead of 4.0
 * microseconds, and reading the values from it a third. For what is read at most requests.
 */
export function prepareByPosition(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)

  return statement
}
