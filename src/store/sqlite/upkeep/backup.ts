import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../../base/time.ts'
import { makeFile } from '../../new-file.ts'
import type { BackedUp } from '../../upkeep.ts'
import { checkIntegrity, copyLasting } from './copy.ts'

/** Says in a backup what is in it. */
const contents = 'CREATE TABLE contents (made_at INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT'

export async function backUp(database: DatabaseSync, name: string, now: Instant): Promise<BackedUp> {
  const file = resolve(name)
  const copied = await makeFile(file, async (draft) => {
    const found = copyLasting(database, draft)
    const copy = new DatabaseSync(draft)
    try {
      copy.exec(contents)
      copy.prepare('INSERT INTO contents VALUES (?, ?)').run(now, found.sha256)
      copy.prepare('UPDATE epoch SET backed_up_at = ?').run(now)
      checkIntegrity(copy)
    } finally {
      copy.close()
    }

    return found
  })
  database.prepare('UPDATE epoch SET backed_up_at = ?').run(now)

  return { file, bytes: statSync(file).size, ...copied }
}
