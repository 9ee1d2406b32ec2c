import { statSync } from 'node:fs'
import { StoreUnavailable } from '../../ports/store.ts'

/** How old the last look at a file may be, in milliseconds: one costs 3 µs, which is too much for every commit. */
const lookEvery = 100

/**
 * For who writes: throws {@link StoreUnavailable} once the name of a file that is open stands for another one, or for none. What was removed can
 * be written as before on Unix, and all that was answered meanwhile would be gone with the last process that has it open.
 * When the file is back under its name all is well again.
 */
export function createFileGuard(path: string | null): () => void {
  // One that is in memory alone.
  if (path === null) return () => {}
  const opened = identify(path)
  let lookedAt = performance.now()
  let isSame = true

  return () => {
    const now = performance.now()
    if (now - lookedAt >= lookEvery) {
      isSame = identify(path) === opened
      lookedAt = now
    }
    if (!isSame) throw new StoreUnavailable(`${path} was removed or replaced: put it back, or restart the server`)
  }
}

function identify(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })

  return found === undefined ? undefined : `${found.dev} ${found.ino}`
}
