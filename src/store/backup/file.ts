import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import { makeFile } from '../new-file.ts'
import { loadPending, migrate, refuseForeignFile } from '../sqlite/migrate.ts'
import { migrations } from '../sqlite/schema.ts'
import { UpkeepRefused } from '../upkeep.ts'
import type { BackedUp } from '../upkeep.ts'
import { checkIntegrity, copyLasting, digest } from './copy.ts'

/*
 * A backup is a file of SQLite with the tables of the SQLite store, whichever store it was made of: so that it can be
 * restored into either.
 */

/** Says in a backup what is in it. */
const contents = 'CREATE TABLE contents (made_at INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT'

/**
 * Makes a backup whole or not at all.
 *
 * @param fill puts what lasts into an empty draft, tables and rows
 */
export async function writeBackup(
  name: string,
  now: Instant,
  fill: (draft: string) => Promise<void> | void,
): Promise<BackedUp> {
  const file = resolve(name)
  const copied = await makeFile(file, async (draft) => {
    await fill(draft)
    const copy = new DatabaseSync(draft)
    try {
      const found = digest(copy)
      copy.exec(contents)
      copy.prepare('INSERT INTO contents VALUES (?, ?)').run(now, found.sha256)
      copy.prepare('UPDATE epoch SET backed_up_at = ?').run(now)
      checkIntegrity(copy)

      return found
    } finally {
      copy.close()
    }
  })

  return { file, bytes: statSync(file).size, ...copied }
}

/**
 * Copies a backup, or the file of a SQLite store as it is, into an empty draft, and brings the schema of that up to date.
 * Only what lasts is copied. Throws {@link UpkeepRefused} for one that is damaged, changed, empty or of a newer Hufu.
 */
export function readBackup(name: string, draft: string): void {
  const backup = resolve(name)
  refuseMissing(backup)
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
    const copy = new DatabaseSync(draft)
    try {
      migrate(copy, draft, migrations)
    } finally {
      copy.close()
    }
  } catch (error) {
    throw new UpkeepRefused('backup_unusable', `${backup}: ${(error as Error).message}`, { cause: error })
  }
}

export function refuseMissing(backup: string): void {
  if (!existsSync(backup)) throw new UpkeepRefused('backup_unusable', `${backup} is not there`)
}

/** A plain copy of a database says nothing of itself. */
function checkContents(source: DatabaseSync): void {
  const says = source.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'contents'`).get() !== undefined
  if (!says) return
  const { sha256 } = source.prepare('SELECT sha256 FROM contents').get() as { sha256: string }
  if (digest(source).sha256 !== sha256) throw new Error('its contents are not what they were (SHA-256)')
}
