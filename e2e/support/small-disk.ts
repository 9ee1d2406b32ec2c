import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own that can become full. */
export interface SmallDisk {
  readonly folder: string
  /** Takes all the space that is left. */
  readonly fill: () => void
  readonly free: () => void
  readonly remove: () => void
}

/** Linux only, and as root: nobody else may mount one. */
export function mountSmallDisk(mebibytes: number): SmallDisk {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error(
      'a disk that can become full is mounted as root on Linux: run this test there, in a container for example',
    )
  const folder = mkdtempSync(join(tmpdir(), 'hufu-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=777`, 'tmpfs', folder])
  const ballast = join(folder, 'ballast')

  function fill(): void {
    for (const size of [1 << 20, 1 << 12])
      for (;;)
        try {
          appendFileSync(ballast, Buffer.alloc(size))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOSPC') break
          throw error
        }
  }

  return {
    folder,
    fill,
    free: () => rmSync(ballast, { force: true }),
    remove: () => {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
