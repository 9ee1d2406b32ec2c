import type { Instant } from '../base/time.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type { Migration } from './migration.ts'

/** What an operator does with a database beside the servers that use it; each store has its own. */
export interface Upkeep {
  /** Reads alone. */
  status(now: Instant): Promise<DatabaseStatus>
  /** The steps that the database lacks, and what each does to the tables that are there. */
  plan(): Promise<readonly PlannedStep[]>
  /** Does the steps that every instance which runs can live with, and tells each; returns those that wait. */
  migrate(onStep: (done: Migration) => void): Promise<readonly Migration[]>
  /**
   * Writes what lasts into a new file, as it stands at one instant; servers go on meanwhile. The file appears whole, for
   * its owner alone, and never in the place of another one.
   */
  backup(file: string, now: Instant, onRows?: OnRows): Promise<BackedUp>
  /**
   * Ends whatever was given so far, as after a restore: for a database that was put back by other means. Returns the
   * cut-off: the time of the event by the clock that servers go by.
   */
  endAll(event: AuditEvent): Promise<Instant>
  close(): Promise<void>
}

/** Told now and then how many rows were copied so far. SQLite copies a table at once, and tells nothing. */
export type OnRows = (rows: number) => void

export interface DatabaseStatus {
  readonly engine: 'sqlite' | 'postgres'
  /** Of the engine. */
  readonly version: string
  readonly bytes: number
  /** The newest step that the database has, the newest that this program knows, and those that it lacks. */
  readonly schema: { readonly here: number; readonly known: number; readonly lacks: readonly number[] }
  /** Which run, of which version of Hufu, and the newest step that each knows. */
  readonly instances: readonly RunningInstance[]
  /** How often an instance has checked in since the database was made or put back. */
  readonly mark: number
  readonly backedUpAt: Instant | undefined
  /** What was given before is dead; `undefined` if the database was never put back. */
  readonly restoredAt: Instant | undefined
  readonly tables: readonly TableStatus[]
  /** Events that wait for their seal; at most {@link mostUnsealed} are counted. */
  readonly unsealed: number
}

export const mostUnsealed = 1000

export interface RunningInstance {
  readonly id: string
  readonly version: string
  readonly step: number
  readonly seenAt: Instant
}

export interface TableStatus {
  readonly table: string
  /** PostgreSQL estimates many. */
  readonly rows: number
  /** Which `prune` would look at now. */
  readonly due: number
  /** With its indexes and parts; SQLite does not tell. */
  readonly bytes?: number
}

export interface PlannedStep {
  readonly number: number
  readonly name: string
  readonly kind: 'expand' | 'contract'
  /** True if an instance runs that is too old for it, or for one before it. */
  readonly waits: boolean
  readonly touches: readonly Touched[]
}

/** A table that is there already, and what a step takes of it. */
export interface Touched {
  readonly table: string
  readonly lock: string
  readonly rows: number
}

export interface BackedUp {
  readonly file: string
  readonly bytes: number
  /** By table. */
  readonly rows: Readonly<Record<string, number>>
  /** Of what is in it, as the file says itself. */
  readonly sha256: string
}

export interface RestoreOptions {
  readonly backup: string
  /** Written into the restored database. Its time is the cut-off: whatever was given before is dead. */
  readonly event: AuditEvent
  readonly onRows?: OnRows
}

/** Why a backup or a restore was not made. The message is for the operator and holds no secret. */
export class UpkeepRefused extends Error {
  override readonly name = 'UpkeepRefused'
  readonly reason: 'file_exists' | 'not_empty' | 'in_use' | 'backup_unusable' | 'schema_differs'

  constructor(reason: UpkeepRefused['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
