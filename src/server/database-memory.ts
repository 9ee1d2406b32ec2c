import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../base/encoding.ts'
import type { Epoch } from '../ports/epoch-store.ts'
import type { AuditSeal } from '../protocol/audit-seal.ts'

/**
 * How far a database had come: first by its cut-off, which a restore raises, then by its mark. The newest seal of its
 * audit tells it from a copy that went another way since.
 */
export interface Seen extends Pick<Epoch, 'validAfter' | 'mark'> {
  readonly seal?: Pick<AuditSeal, 'number' | 'hash'> | undefined
}

/**
 * Remembers outside of the database how far it had come: one that is older now was put back, and does not know what
 * was revoked, rotated and used up since.
 */
export interface DatabaseMemory {
  /** `undefined` for a database that was never seen. */
  readonly load: (databaseId: string) => Promise<Seen | undefined>
  /** Given only what is committed, so that what a crash or a failover keeps is never less. */
  readonly save: (epoch: Pick<Epoch, 'databaseId'> & Seen) => Promise<void>
  /**
   * The database became an older one while the server ran, or one for a newer Hufu: the server refuses everything from
   * then on. Called once.
   */
  readonly onOver?: (problem: Error) => void
}

/** The database is not the one that was seen before, but an older copy of it. */
export class DatabaseOlder extends Error {
  override readonly name = 'DatabaseOlder'
}

/** By their order alone. */
export const isOlder = (found: Seen, seen: Seen): boolean =>
  found.validAfter < seen.validAfter || (found.validAfter === seen.validAfter && found.mark < seen.mark)

/** Where {@link openDatabaseMemory} keeps what it remembers. */
export const memoryFile = (folder: string) => join(folder, 'seen.json')

/** So many databases are remembered; the one that was not seen for the longest time is forgotten. */
const maxDatabases = 20

type Memories = Readonly<Record<string, Seen>>

/**
 * In a file of the data folder, for its owner alone, on disk before it takes the place of the one before. Several servers
 * may share it. Rejects for a file that is not ours: then nobody can say whether the database is the newest.
 */
export async function openDatabaseMemory(folder: string): Promise<Pick<DatabaseMemory, 'load' | 'save'>> {
  const file = memoryFile(folder)
  await read(file)

  return {
    load: async (databaseId) => (await read(file))[databaseId],
    save: async ({ databaseId, validAfter, mark, seal }) => {
      const { [databaseId]: known, ...others } = await read(file)
      const now = { validAfter, mark, ...(seal && { seal: { number: seal.number, hash: seal.hash } }) }
      const newest = known !== undefined && isOlder(now, known) ? known : now
      const kept = Object.entries(others).slice(1 - maxDatabases)
      await write(file, { ...Object.fromEntries(kept), [databaseId]: newest })
    },
  }
}

async function read(file: string): Promise<Memories> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  const found = parse(text)
  if (found === undefined) throw new Error(`${file} is not what Hufu wrote`)

  return found
}

function parse(text: string): Memories | undefined {
  try {
    const found = JSON.parse(text) as Memories
    const isWhole = Object.entries(found).every(
      ([id, seen]) =>
        /^[0-9a-f]{32}$/.test(id) &&
        [seen.validAfter, seen.mark, seen.seal?.number ?? 0].every(Number.isSafeInteger) &&
        /^[0-9a-f]{64}$/.test(seen.seal?.hash ?? '0'.repeat(64)),
    )

    return isWhole && !Array.isArray(found) ? found : undefined
  } catch {
    return undefined
  }
}

async function write(file: string, memories: Memories): Promise<void> {
  const draft = `${file}.${toHex(randomBytes(6))}.part`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(memories)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
}
