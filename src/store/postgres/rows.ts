import { stored } from '../rows.ts'

/*
 * Octets come from the connection as lower-case hexadecimal and times as numbers (see database.ts), so that a row needs
 * no more than `undefined` for NULL.
 */

export const storedOrNull = (id: string | undefined) => (id === undefined ? null : stored(id))

/** Text to look for. What PostgreSQL cannot store is not there, rather than an error. */
export const soughtText = (text: string) => (text.isWellFormed() && !text.includes('\0') ? text : null)
