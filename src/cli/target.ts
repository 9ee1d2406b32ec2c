import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { accept, refuse } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Store } from '../ports/store.ts'
import { readConfig } from '../server/config.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import type { Upkeep } from '../store/upkeep.ts'
import { UpkeepRefused } from '../store/upkeep.ts'
import type { Context } from './context.ts'
import type { FaultCode } from './faults.ts'
import { openDatabase } from './open-server.ts'
import { failed } from './outcome.ts'
import type { Fault, Outcome } from './outcome.ts'

/** Where a command finds the database of a server. */
export interface TargetOptions {
  /** Folder of the SQLite file. */
  readonly data?: string
  /** The configuration of `hufu start`. */
  readonly config?: string
}

export interface Target {
  /** Of the SQLite file, whether or not it is used. */
  readonly file: string
  /** The address of a PostgreSQL database, a secret; the file otherwise. */
  readonly database: string | undefined
}

/** The database that `HUFU_DATABASE` names, else the one of the configuration, else the file in the data folder. */
export async function findTarget(
  { data, config: file }: TargetOptions,
  { env }: Pick<Context, 'env'>,
): Promise<Result<Target, Fault>> {
  const config = file === undefined ? undefined : await readConfig(file)
  if (config?.ok === false) return refuse({ code: 'HF-CONF-0710', cause: config.error })
  const folder = data ?? config?.value.data ?? '.hufu/data'
  const database = env['HUFU_DATABASE'] ?? config?.value.database
  if (database !== undefined && !/^postgres(?:ql)?:\/\//.test(database))
    return refuse({ code: 'HF-CONF-0711', cause: 'HUFU_DATABASE: must begin with postgres://' })

  return accept({ file: join(resolve(folder), 'hufu.db'), database })
}

/** Runs what is asked for beside the servers, and tells what is refused. */
export async function withUpkeep(
  options: TargetOptions,
  context: Context,
  work: (upkeep: Upkeep) => Promise<Outcome>,
): Promise<Outcome> {
  const target = await findTarget(options, context)
  if (!target.ok) return failed(target.error)

  return explaining(async () => {
    const upkeep = await openUpkeep(target.value)
    try {
      return await work(upkeep)
    } finally {
      await upkeep.close()
    }
  })
}

/** The faults of a database that cannot be opened, and of what its upkeep refuses. */
export async function explaining(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof UpkeepRefused ? codes[error.reason] : 'HF-DB-0801'

    return failed({ code, cause: (error as Error).message })
  }
}

const codes: Readonly<Record<UpkeepRefused['reason'], FaultCode>> = {
  backup_unusable: 'HF-DB-0803',
  file_exists: 'HF-DB-0804',
  not_empty: 'HF-DB-0805',
  in_use: 'HF-DB-0806',
}

/** As a server opens it. */
export async function openTarget({ file, database }: Target): Promise<Store> {
  if (database !== undefined) return openDatabase(database)
  if (!existsSync(file)) throw new Error(`${file} is not there`)

  return openSqlite({ file })
}

async function openUpkeep({ file, database }: Target): Promise<Upkeep> {
  if (database === undefined) return (await import('../store/sqlite/upkeep/index.ts')).openSqliteUpkeep(file)

  throw new Error('this command does not serve PostgreSQL yet: use pg_dump and pg_restore')
}
