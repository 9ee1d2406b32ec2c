import { hash } from 'node:crypto'
import { SchemaOutgrown } from '../ports/epoch-store.ts'

/** One step of the schema. A step that was released is never changed: its checksum is kept in every database. */
export interface Migration {
  readonly number: number
  readonly name: string
  /**
   * The step that a server must know at least to work on after this one. Left out by a step that only adds, which any
   * older server works beside (expand); named by one that takes away or rewrites (contract).
   */
  readonly requires?: number
  readonly sql: string
}

/** A step that the database has. */
export interface AppliedStep {
  readonly number: number
  readonly checksum: string
  /** 0 for a step that only added. */
  readonly requires: number
}

export const checksumOf = ({ sql }: Migration) => hash('sha256', sql, 'hex')

/** Throws if one of the steps that the database has had is not for a program of these. @param required of all of them, the newest */
export function refuseOutgrown(required: number, migrations: readonly Migration[], subject: string): void {
  if (required > newestOf(migrations))
    throw new SchemaOutgrown(`${subject} has had a schema step that needs step ${required}: update Hufu to use it`)
}

export const newestOf = (migrations: readonly Migration[]) => migrations.at(-1)?.number ?? 0

/**
 * The steps that the database still lacks. A database with further steps than ours is used as it is, if those only
 * added. Throws if one of them needs a newer Hufu, or if an earlier one was another than ours.
 *
 * @param subject what the error speaks of
 */
export function findPending(
  applied: readonly AppliedStep[],
  migrations: readonly Migration[],
  subject: string,
): readonly Migration[] {
  for (const [index, { number, checksum, requires }] of applied.entries()) {
    const ours = migrations[index]
    if (ours === undefined ? requires > newestOf(migrations) : false)
      throw new Error(`${subject} was made by a newer Hufu (schema step ${number}): update Hufu to use it`)
    if (ours !== undefined && (ours.number !== number || checksumOf(ours) !== checksum))
      throw new Error(`${subject} has another schema step ${number} than this Hufu: it was not made by a release`)
  }

  return migrations.slice(applied.length)
}

/**
 * Of the steps that are due, those that may be done while other instances run: up to the first that one of them could
 * not live with.
 *
 * @param running the newest step that each of them knows
 */
export function doableBeside(running: readonly number[], pending: readonly Migration[]): readonly Migration[] {
  const stop = pending.findIndex(({ requires = 0 }) => running.some((known) => known < requires))

  return stop < 0 ? pending : pending.slice(0, stop)
}

/** Throws if this server needs a step that has to wait: one that adds, after one that takes away. */
export function refuseWaiting(waiting: readonly Migration[], subject: string): void {
  const needed = waiting.find(({ requires }) => requires === undefined)
  if (needed !== undefined)
    throw new Error(
      `${subject} needs schema step ${waiting[0]!.number}, which instances that run are too old for: stop or update them first`,
    )
}
