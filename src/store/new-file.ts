import { randomBytes } from 'node:crypto'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UpkeepRefused } from './upkeep.ts'

/**
 * Makes a file that appears whole or not at all, for its owner alone, and never in the place of another one. `write` is
 * given the name of an empty draft beside it; what is written there is on disk before the file has its name.
 */
export async function makeFile<Value>(file: string, write: (draft: string) => Promise<Value>): Promise<Value> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.part`
  await closed(open(draft, 'wx', 0o600))
  try {
    const value = await write(draft)
    await sync(draft, 'r+')
    await link(draft, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      throw new UpkeepRefused('file_exists', `${file} is there already`, { cause: error })
    })
    await syncFolder(dirname(file))

    return value
  } finally {
    await rm(draft, { force: true })
  }
}

/** Names in a folder last only when the folder itself is on disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no handle on a folder, and needs none.
  if (process.platform !== 'win32') await sync(folder, 'r')
}

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const closed = async (opening: ReturnType<typeof open>) => (await opening).close()
