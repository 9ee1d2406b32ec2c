import { existsSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFile, syncFolder } from '../../new-file.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import type { RestoreOptions } from '../../upkeep.ts'
import { openAsItIs } from '../connection.ts'
import { loadPending, migrate, refuseForeignFile } from '../migrate.ts'
import { migrations } from '../schema.ts'
import { checkIntegrity, copyLasting, digest } from './copy.ts'
import { endEverything, refuseInUse } from './end.ts'

export interface SqliteRestoreOptions extends RestoreOptions {
  readonly file: string
  /** Puts a database that is there aside, under this name. Without it such a database is left alone. */
  readonly aside?: string
}

/**
 * Makes the database anew from a backup, whole or not at all. Nothing that was given before lives on: no token, no
 * code, no session, whatever became of it since the backup.
 */
export async function restoreSqlite({ backup, file: name, event, aside }: SqliteRestoreOptions): Promise<void> {
  const file = resolve(name)
  if (!existsSync(backup)) throw new UpkeepRefused('backup_unusable', `${backup} is not there`)
  if (aside === undefined && existsSync(file)) throw new UpkeepRefused('not_empty', `${file} is there already`)
  if (aside !== undefined && existsSync(file)) refuseOpen(file)
  const ready = `${file}.restored`
  await rm(ready, { force: true })
  await makeFile(ready, async (draft) => {
    copyBackup(resolve(backup), draft)
    const database = new DatabaseSync(draft)
    try {
      migrate(database, draft, migrations)
      endEverything(database, event)
      checkIntegrity(database)
    } finally {
      database.close()
    }
  })
  if (aside !== undefined) await putAside(file, resolve(aside))
  await rename(ready, file)
  await syncFolder(dirname(file))
}

function copyBackup(backup: string, draft: string): void {
  try {
    const source = new DatabaseSync(backup, { allowExtension: false })
    try {
      refuseForeignFile(source, backup)
      if (loadPending(source, backup, migrations).length === migrations.length) throw new Error('it is empty')
      checkIntegrity(source)
      checkContents(source)
      copyLasting(source, draft)
    } finally {
      source.close()
    }
  } catch (error) {
    throw new UpkeepRefused('backup_unusable', `${backup}: ${(error as Error).message}`, { cause: error })
  }
}

/** A plain copy of a database says nothing of itself. */
function checkContents(source: DatabaseSync): void {
  const says = source.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'contents'`).get() !== undefined
  if (!says) return
  const { sha256 } = source.prepare('SELECT sha256 FROM contents').get() as { sha256: string }
  if (digest(source).sha256 !== sha256) throw new Error('its contents are not what they were (SHA-256)')
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
