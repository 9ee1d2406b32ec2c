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
  backup(file: string, now: Instant): Promise<BackedUp>
  /** Ends whatever was given so far, as after a restore: for a database that was put back by other means. */
  endAll(event: AuditEvent): Promise<void>
  close(): Promise<void>
}

export interface DatabaseStatus {
  readonly engine: 'sqlite' | 'postgres'
  /** Of the engine. */
  readonly version: string
  readonly bytes: number
  /** The newest step that the database has, and the newest that this program knows. */
  readonly schema: { readonly here: number; readonly known: number }
  /** Which run, and the newest step that each knows. */
  readonly instances: readonly { readonly id: string; readonly step: number; readonly seenAt: Instant }[]
  readonly backedUpAt: Instant | undefined
  /** What was given before is dead; `undefined` if the database was never put back. */
  readonly restoredAt: Instant | undefined
  readonly tables: readonly TableStatus[]
}

export interface TableStatus {
  readonly table: string
  /** PostgreSQL estimates them. */
  readonly rows: number
  /** Which `prune` would look at now. */
  readonly due: number
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
}

/** Why a backup or a restore was not made. The message is for the operator and holds no secret. */
export class UpkeepRefused extends Error {
  override readonly name = 'UpkeepRefused'
  readonly reason: 'file_exists' | 'not_empty' | 'in_use' | 'backup_unusable'

  constructor(reason: UpkeepRefused['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
