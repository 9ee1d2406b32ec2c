import { existsSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../../base/time.ts'
import { checkIntegrity } from '../../backup/copy.ts'
import { readBackup, refuseMissing } from '../../backup/file.ts'
import { makeFile, syncFolder } from '../../new-file.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import type { RestoreOptions } from '../../upkeep.ts'
import { openAsItIs } from '../connection.ts'
import { endEverything, refuseInUse } from './end.ts'

export interface SqliteRestoreOptions extends RestoreOptions {
  readonly file: string
  /** Puts a database that is there aside, under this name. Without it such a database is left alone. */
  readonly aside?: string
}

/**
 * Makes the database anew from a backup, whole or not at all. Nothing that was given before lives on: no token, no
 * code, no session, whatever became of it since the backup.
 *
 * @returns the cut-off
 */
export async function restoreSqlite({ backup, file: name, event, aside }: SqliteRestoreOptions): Promise<Instant> {
  const file = resolve(name)
  refuseMissing(backup)
  if (aside === undefined && existsSync(file)) throw new UpkeepRefused('not_empty', `${file} is there already`)
  if (aside !== undefined && existsSync(file)) refuseOpen(file)
  const ready = `${file}.restored`
  await rm(ready, { force: true })
  const cutOff = await makeFile(ready, async (draft) => {
    readBackup(backup, draft)
    const database = new DatabaseSync(draft)
    try {
      const at = endEverything(database, file, event)
      checkIntegrity(database)

      return at
    } finally {
      database.close()
    }
  })
  if (aside !== undefined) await putAside(file, resolve(aside))
  await rename(ready, file)
  await syncFolder(dirname(file))

  return cutOff
}

/** The log of the old database belongs to it alone: beside the new one it would be taken for its own. */
async function putAside(file: string, aside: string): Promise<void> {
  if (existsSync(aside)) throw new UpkeepRefused('file_exists', `${aside} is there already`)
  if (existsSync(file)) await link(file, aside)
  if (existsSync(`${file}-wal`)) await rename(`${file}-wal`, `${aside}-wal`)
  await rm(`${file}-shm`, { force: true })
}

/** One that cannot be read is no reason not to replace it. */
function refuseOpen(file: string): void {
  let database: DatabaseSync
  try {
    database = openAsItIs(file, 1000)
  } catch {
    return
  }
  try {
    refuseInUse(database, file)
  } finally {
    database.close()
  }
}
