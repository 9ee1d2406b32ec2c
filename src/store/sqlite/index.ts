import type { Store } from '../../ports/store.ts'
import { keysChanged } from '../changes.ts'
import { createAccess } from './access.ts'
import { auditMethods } from './audit-methods.ts'
import { clientMethods } from './client-methods.ts'
import { openConnection } from './connection.ts'
import { openTables } from './open-tables.ts'
import { peopleMethods } from './people-methods.ts'
import { createPrune } from './prune.ts'
import { requestMethods } from './request-methods.ts'
import { tokenMethods } from './token-methods.ts'

export interface SqliteOptions {
  /** Made if it is not there, its folder not; `:memory:` keeps everything in this process and loses it with it. */
  readonly file: string
  /**
   * How long a call waits while another process writes, before it is refused with `StoreUnavailable`.
   *
   * @default 5000
   */
  readonly busyTimeoutMs?: number
  /**
   * How many writes may wait at once; more are refused.
   *
   * @default 10_000
   */
  readonly maxWaitingWrites?: number
  /** The file does not grow beyond this: writes are refused until rows have left. No limit unless given. */
  readonly maxFileBytes?: number
}

/**
 * The embedded store: one SQLite file, write-ahead log, on disk before a write is answered. Several processes may
 * open the same file on one machine. Throws if the file cannot be opened, is not Hufu's, or is of a newer Hufu that an
 * older one cannot work beside.
 */
export function openSqlite(options: SqliteOptions): Store {
  const { file, busyTimeoutMs = 5000, maxWaitingWrites = 10_000, maxFileBytes } = options
  const database = openConnection({ file, busyTimeoutMs, maxFileBytes })
  const access = createAccess(database, { busyTimeoutMs, maxWaitingWrites })
  const tables = openTables(database)
  const { read, write, tellingWrite, vitals, watchChanges, close } = access
  const { audit, changes, epoch, registrations, signingKeys, throttle } = tables
  const prune = createPrune(database, registrations)

  return {
    ...clientMethods(access, tables),
    ...peopleMethods(access, tables),
    ...requestMethods(access, tables),
    ...tokenMethods(access, tables),
    ...auditMethods(access, tables),

    loadSigningKeys: () => read(signingKeys.load),
    changeSigningKeys: (change, event) =>
      tellingWrite(() => {
        const changed = signingKeys.change(change)
        if (changed) changes.append(keysChanged(event.at))
        if (changed) audit.append(event)

        return changed
      }),

    listChanges: (after, limit) => read(() => changes.list(after, limit)),
    watchChanges,

    loadEpoch: () => read(epoch.load),
    checkIn: (instance, version) => write(() => epoch.checkIn(instance, version)),
    checkOut: (instance) => write(() => epoch.checkOut(instance)),

    prune: (now, limit) =>
      write(() => {
        throttle.forget()

        return prune(now, limit)
      }),

    vitals,
    close,
  }
}
