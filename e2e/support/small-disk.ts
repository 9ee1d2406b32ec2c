import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
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

/** A file system of its own that fails, as one does whose disk has errors: from then on it can be read only. */
export interface FailingDisk {
  readonly folder: string
  readonly fail: () => void
  /** Good again, once nobody has a file of it open. */
  readonly repair: () => void
  readonly remove: () => void
}

export function mountFailingDisk(mebibytes: number): FailingDisk {
  refuseElsewhere()
  const home = mkdtempSync(join(tmpdir(), 'hufu-disk-'))
  const [image, folder] = [join(home, 'image'), join(home, 'mounted')]
  writeFileSync(image, '')
  truncateSync(image, mebibytes << 20)
  mkdirSync(folder)
  execFileSync('mkfs', ['-t', 'ext4', '-q', image])
  const mount = () => execFileSync('mount', ['-o', 'loop', image, folder])
  mount()

  return {
    folder,
    fail: () => void execFileSync('mount', ['-o', 'remount,abort', folder]),
    repair: () => {
      execFileSync('umount', [folder])
      // What it finds it mends, and says so by its exit code.
      spawnSync('fsck', ['-t', 'ext4', '-p', image])
      mount()
    },
    remove: () => {
      execFileSync('umount', ['--lazy', folder])
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function refuseElsewhere(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('a disk that can fail is mounted as root on Linux: run this test there, in a container for example')
}

/** Linux only, and as root: nobody else may mount one. */
export function mountSmallDisk(mebibytes: number): SmallDisk {
  refuseElsewhere()
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
