import { closeSync, existsSync, openSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isBusy, primaryCode, sqlite } from './errors.ts'
import { refuseWaiting } from '../migration.ts'
import { migrate, refuseForeignFile } from './migrate.ts'
import { migrations } from './schema.ts'

export interface ConnectionOptions {
  readonly file: string
  readonly busyTimeoutMs: number
  readonly maxFileBytes: number | undefined
}

/**
 * Opens the file, makes it if there is none (readable by its owner alone), and brings its schema up to date. Throws
 * a plain Error that names the file when it is not ours, newer than we are, or stays locked.
 */
export function openConnection({ file, busyTimeoutMs, maxFileBytes }: ConnectionOptions): DatabaseSync {
  const path = file === ':memory:' ? file : resolve(file)
  if (path !== ':memory:') createPrivately(path)

  return openPrepared(path, busyTimeoutMs, (database) => {
    setDurable(database, busyTimeoutMs)
    if (maxFileBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.floor(maxFileBytes / pageBytes)}`)
    refuseWaiting(migrate(database, path, migrations), path)
    refuseReadOnly(database)
    // From here on nothing sleeps in SQLite: the group commit waits without holding up the event loop.
    database.exec('PRAGMA busy_timeout = 0')
  })
}

/** What only can be read opens all the same, and would be found out by whoever writes first. */
function refuseReadOnly(database: DatabaseSync): void {
  try {
    database.exec('DELETE FROM migrations WHERE false')
  } catch (error) {
    // Another process writes just now, which shows that one can.
    if (!isBusy(error)) throw error
  }
}

const cannotWrite = (path: string) =>
  `${path} cannot be written: let the server's own user write it, the files ${basename(path)}-wal and -shm beside it, and their folder`

/** Opens a file of ours that is there, as it is: no step of the schema is done. */
export function openAsItIs(path: string, busyTimeoutMs: number): DatabaseSync {
  if (!existsSync(path)) throw new Error(`${path} is not there`)

  return openPrepared(path, busyTimeoutMs, (database) => setDurable(database, busyTimeoutMs))
}

function openPrepared(path: string, busyTimeoutMs: number, prepare: (database: DatabaseSync) => void): DatabaseSync {
  const database = open(path, busyTimeoutMs)
  try {
    refuseForeignFile(database, path)
    prepare(database)
  } catch (error) {
    database.close()
    const code = primaryCode(error)
    if (code === sqlite.readOnly || code === sqlite.cannotOpen) throw new Error(cannotWrite(path), { cause: error })
    if (code === sqlite.notADatabase) throw new Error(`${path} is not a database of Hufu`, { cause: error })
    throw error
  }

  return database
}

const pageBytes = 4096
const cacheKiB = 16 * 1024
const walBytes = 16 * 1024 * 1024

function open(path: string, busyTimeoutMs: number): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: busyTimeoutMs, allowExtension: false })
  } catch (error) {
    throw new Error(`cannot open ${path}: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Only a file that is not there yet is touched. Opening and closing one that SQLite holds open in this process would
 * drop SQLite's locks on it, since POSIX locks belong to the process.
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new Error(`cannot create ${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** FULL syncs the log at every commit, before it returns; `fullfsync` makes that true on macOS too. */
function setDurable(database: DatabaseSync, busyTimeoutMs: number): void {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      break
    } catch (error) {
      // SQLite does not wait by itself here when two connections change the mode of a new file at once.
      if (primaryCode(error) !== sqlite.busy || performance.now() >= deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
  database.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cache_size = -${cacheKiB};
    PRAGMA journal_size_limit = ${walBytes};
  `)
}
