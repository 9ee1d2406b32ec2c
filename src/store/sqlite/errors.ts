import { StoreUnavailable } from '../../ports/store.ts'

/** The result codes of SQLite that are told apart here. @see https://www.sqlite.org/rescode.html */
export const sqlite = {
  busy: 5,
  locked: 6,
  outOfMemory: 7,
  readOnly: 8,
  interrupted: 9,
  inputOutput: 10,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notADatabase: 26,
} as const

const transient: readonly number[] = [
  sqlite.busy,
  sqlite.locked,
  sqlite.outOfMemory,
  sqlite.readOnly,
  sqlite.interrupted,
  sqlite.inputOutput,
  sqlite.full,
  sqlite.cannotOpen,
  sqlite.protocol,
]

/** The result code of an error that SQLite gave, without its extension; `undefined` for any other error. */
export function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined

  return typeof code === 'number' ? code & 0xff : undefined
}

export const isBusy = (error: unknown) => primaryCode(error) === sqlite.busy

/** A disk that is full, or a file that may not grow, which SQLite cannot tell from other write errors. */
export const isOutOfSpace = (error: unknown) => {
  const code = primaryCode(error)

  return code === sqlite.full || code === sqlite.inputOutput
}

/** True for what may pass by itself or by an operator's hand: the same call may succeed later. */
export const isTransient = (error: unknown) =>
  error instanceof StoreUnavailable || transient.includes(primaryCode(error) ?? 0)

export function toStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailable) return error
  if (isTransient(error)) return new StoreUnavailable(`SQLite: ${(error as Error).message}`, { cause: error })

  return error instanceof Error ? error : new Error(String(error))
}
