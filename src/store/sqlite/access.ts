import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Store } from '../../ports/store.ts'
import { createListeners } from '../changes.ts'
import { isBusy, toStoreError } from './errors.ts'
import { createGroupCommit } from './group-commit.ts'
import type { GroupCommit, GroupCommitOptions } from './group-commit.ts'

/** The ways to the database, for the methods of the store. */
export interface Access {
  readonly read: <Value>(query: () => Value) => Promise<Value>
  readonly write: GroupCommit['write']
  /** For what others remember: who listens is told before the caller is answered. */
  readonly tellingWrite: GroupCommit['write']
}

export function createAccess(
  database: DatabaseSync,
  options: GroupCommitOptions,
): Access & Pick<GroupCommit, 'vitals'> & Pick<Store, 'watchChanges' | 'close'> {
  const { write, vitals, close: drain } = createGroupCommit(database, options)
  const listeners = createListeners()
  let closing: Promise<void> | undefined

  async function read<Value>(query: () => Value): Promise<Value> {
    let deadline: number | undefined
    for (;;) {
      if (closing !== undefined) throw new StoreUnavailable('the store is closed')
      try {
        return query()
      } catch (error) {
        // Readers do not wait for writers, only for the moment in which a log is recovered or taken away.
        deadline ??= performance.now() + options.busyTimeoutMs
        if (!isBusy(error) || performance.now() >= deadline) throw toStoreError(error)
        await pause(readPauseMs)
      }
    }
  }

  async function tellingWrite<Value>(change: () => Value): Promise<Value> {
    const value = await write(change)
    listeners.tell()

    return value
  }

  return {
    read,
    write,
    tellingWrite,
    vitals,
    watchChanges: async (listener) => listeners.add(listener),
    close: () => (closing ??= drain().then(() => database.close())),
  }
}

const readPauseMs = 2
