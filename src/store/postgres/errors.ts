import pg from 'pg'
import { StoreUnavailable } from '../../ports/store.ts'

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const sqlstate = {
  uniqueViolation: '23505',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  undefinedTable: '42P01',
  readOnlyTransaction: '25006',
  lockNotAvailable: '55P03',
  checkViolation: '23514',
  queryCanceled: '57014',
  insufficientPrivilege: '42501',
  duplicateTable: '42P07',
  unknownStatement: '26000',
  duplicateStatement: '42P05',
  featureNotSupported: '0A000',
} as const

/** Of connections, of resources that ran out, of an operator's hand, of the system beneath: they pass by themselves. */
const transientClasses = ['08', '53', '57', '58']

const codeOf = (error: unknown) => (error instanceof pg.DatabaseError ? error.code : undefined)

/** True unless PostgreSQL said so itself: then the connection is of no use any more, and what came of it is not known. */
export const isConnectionLost = (error: unknown) =>
  !(error instanceof pg.DatabaseError) || ['FATAL', 'PANIC'].includes(error.severity ?? '')

/** It became a replica, or never was anything else: what was written is elsewhere from now on. */
export const isReadOnly = (error: unknown) => codeOf(error) === sqlstate.readOnlyTransaction

/**
 * PostgreSQL undid the transaction so that another one could go on: the same again may succeed. So it may for a row that was
 * on its way to the rest of a table when the partition of its time was made.
 */
export const isUndoneForOthers = (error: unknown) =>
  ([sqlstate.serializationFailure, sqlstate.deadlockDetected, sqlstate.checkViolation] as unknown[]).includes(
    codeOf(error),
  )

/** The session is another one than the statement was prepared in, as behind a proxy. It was not begun. */
export const isSessionForeign = (error: unknown) =>
  ([sqlstate.unknownStatement, sqlstate.duplicateStatement] as unknown[]).includes(codeOf(error))

/** A step of the schema has changed the columns that a statement by its name gives. It was not begun. */
export const isPlanOutdated = (error: unknown) =>
  codeOf(error) === sqlstate.featureNotSupported && (error as Error).message.startsWith('cached plan')

export const isTableMissing = (error: unknown) => codeOf(error) === sqlstate.undefinedTable

/** A lock was not to be had in the time that was given for it. */
export const isLockRefused = (error: unknown) =>
  codeOf(error instanceof StoreUnavailable ? error.cause : error) === sqlstate.lockNotAvailable

/** The table is in use, or not this role's to change: neither is a fault in what can be done at any time. */
export const isForAnotherTime = (error: unknown) =>
  (
    [
      sqlstate.lockNotAvailable,
      sqlstate.queryCanceled,
      sqlstate.checkViolation,
      sqlstate.insufficientPrivilege,
      sqlstate.duplicateTable,
    ] as unknown[]
  ).includes(codeOf(error instanceof StoreUnavailable ? error.cause : error))

/** True if a row was refused since another has the same of what this constraint is about. */
export const isTaken = (error: unknown, constraint: string) =>
  codeOf(error) === sqlstate.uniqueViolation && (error as pg.DatabaseError).constraint === constraint

/** What PostgreSQL said, for the caller of the store; anything else as it is. */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const { code = '' } = error
  const passes =
    isUndoneForOthers(error) ||
    transientClasses.includes(code.slice(0, 2)) ||
    isReadOnly(error) ||
    code === sqlstate.lockNotAvailable

  return passes ? new StoreUnavailable(`PostgreSQL: ${error.message}`, { cause: error }) : error
}
