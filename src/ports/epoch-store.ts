import type { Instant } from '../base/time.ts'
import type { ChangeStore } from './change-store.ts'

/**
 * Where the database stands among its own copies, and who works on it. One that was put back is older than what its
 * servers have seen: that shall be noticed, and nothing that was given before shall live again. And what changed in it.
 */
export interface EpochStore extends ChangeStore {
  loadEpoch(): Promise<Epoch>
  /**
   * Called again and again by an instance that runs: others see that it does. Raises the mark. Rejects with
   * {@link SchemaOutgrown} if a step of the schema was done that needs a newer Hufu.
   */
  checkIn(instance: string, version: string): Promise<Epoch>
  /** This instance runs no more. */
  checkOut(instance: string): Promise<void>
}

/** The database has had a step of its schema that this program is too old for: it must not go on. */
export class SchemaOutgrown extends Error {
  override readonly name = 'SchemaOutgrown'
}

export interface Epoch {
  /** Another one for every database; the same in its copies and in what was restored from its backups. */
  readonly databaseId: string
  /** What was given before is dead; 0 unless a backup was put back. Rises each time. */
  readonly validAfter: Instant
  /** Rises with every {@link EpochStore.checkIn}, of any instance; 0 again when `validAfter` has risen. */
  readonly mark: number
}
