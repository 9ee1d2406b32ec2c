import type { Change } from '../protocol/change.ts'

/** The part of the store that tells what others remember and have to forget. */
export interface ChangeStore {
  /**
   * Changes after the position `after`, in the order of their positions, at most `limit` (1 to 1000); without `after`
   * none, only where the list is now. A change is in the list as soon as the call that made it is answered, and none ever
   * appears before one that was listed already, however long its transaction took.
   */
  listChanges(after: number | undefined, limit: number): Promise<ChangePage>
  /**
   * Calls `listener` when there may be something new in the list: at once, before its call is answered, for a change made
   * through this store, and soon for one of another process, where the database can tell. It may be missed, so
   * whoever must know asks the list again and again. The answer ends it.
   */
  watchChanges(listener: () => void): Promise<() => void>
}

export interface ChangePage {
  readonly changes: readonly Change[]
  /** Of this list: another one after the store was restored from a copy, when positions may go back. */
  readonly epoch: string
  /** The last position that was given so far; 0 in the beginning. */
  readonly last: number
}
