import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../../base/time.ts'
import { copyLasting } from '../../backup/copy.ts'
import { writeBackup } from '../../backup/file.ts'
import type { BackedUp } from '../../upkeep.ts'

export async function backUp(database: DatabaseSync, name: string, now: Instant): Promise<BackedUp> {
  const made = await writeBackup(name, now, (draft) => copyLasting(database, draft))
  database.prepare('UPDATE epoch SET backed_up_at = ?').run(now)

  return made
}
