import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { accept, refuse } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { StoreUnavailable } from '../ports/store.ts'
import type { Store } from '../ports/store.ts'
import { configVariables, readConfig } from '../server/config.ts'
import { readEnvironment } from '../server/environment.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import type { Upkeep } from '../store/upkeep.ts'
import { UpkeepRefused } from '../store/upkeep.ts'
import type { Context } from './context.ts'
import type { FaultCode } from './faults.ts'
import { openDatabase } from './open-server.ts'
import { failed } from './outcome.ts'
import type { Fault, Outcome } from './outcome.ts'

/** Where a command finds the store of a server. */
export interface StoreOptions {
  /** Folder of the server: its secret, and its database where that is a file. */
  readonly data?: string
  /** The configuration of `hufu start`. */
  readonly config?: string
}

export interface Place {
  readonly folder: string
  /** Of the SQLite database, whether or not it is used. */
  readonly file: string
  /** The address of a PostgreSQL database, a secret; the file otherwise. */
  readonly database: string | undefined
}

/**
 * The database that the environment names, else the one of the configuration, else the file in the data folder: where
 * `hufu start` in the same place with the same variables has it.
 */
export async function findPlace(
  { data, config: given }: StoreOptions,
  { env }: Pick<Context, 'env'>,
): Promise<Result<Place, Fault>> {
  const said = await readEnvironment(env, placeVariables)
  if (!said.ok) return refuse({ code: 'HF-CONF-0711', cause: said.error })
  const here = said.value as { readonly data?: string; readonly database?: string }
  const file = given ?? env['HUFU_CONFIG']
  const config = file === undefined ? undefined : await readConfig(file, env)
  if (config?.ok === false) return refuse({ code: 'HF-CONF-0710', cause: config.error })
  const folder = resolve(data ?? here.data ?? config?.value.data ?? '.hufu/data')
  const database = here.database ?? config?.value.database
  if (database !== undefined && !/^postgres(?:ql)?:\/\//.test(database))
    return refuse({ code: 'HF-CONF-0711', cause: 'HUFU_DATABASE: must begin with postgres://' })

  return accept({ folder, file: join(folder, 'hufu.db'), database })
}

const placeVariables = configVariables.filter(({ path: [first] }) => first === 'data' || first === 'database')

/** Opens the store beside a server that runs, and closes it afterwards. */
export const withStore = (
  options: StoreOptions,
  context: Pick<Context, 'env'>,
  work: (store: Store, folder: string) => Promise<Outcome>,
): Promise<Outcome> =>
  atPlace(options, context, async (place) => {
    const store = await openStore(place)
    try {
      return await work(store, place.folder)
    } finally {
      await store.close()
    }
  })

/** Opens what looks after a database beside the servers, and closes it afterwards. */
export const withUpkeep = (
  options: StoreOptions,
  context: Pick<Context, 'env'>,
  work: (upkeep: Upkeep) => Promise<Outcome>,
): Promise<Outcome> =>
  atPlace(options, context, async (place) => {
    const upkeep = await openUpkeep(place)
    try {
      return await work(upkeep)
    } finally {
      await upkeep.close()
    }
  })

/** Does the work at the place, and tells what cannot be opened or is refused. */
export async function atPlace(
  options: StoreOptions,
  context: Pick<Context, 'env'>,
  work: (place: Place) => Promise<Outcome>,
): Promise<Outcome> {
  const place = await findPlace(options, context)
  if (!place.ok) return failed(place.error)
  try {
    return await work(place.value)
  } catch (error) {
    return failed({ code: codeOf(error), cause: withoutPassword((error as Error).message, place.value.database) })
  }
}

async function openUpkeep({ file, database }: Place): Promise<Upkeep> {
  // Loaded where they are used: the package `pg` is not installed with ours.
  if (database !== undefined) return (await import('../store/postgres/upkeep/index.ts')).openPostgresUpkeep(database)

  return (await import('../store/sqlite/upkeep/index.ts')).openSqliteUpkeep(file)
}

/** What went wrong, as a fault; PostgreSQL says it by the class of its code. */
function codeOf(error: unknown): FaultCode {
  if (error instanceof UpkeepRefused) return codes[error.reason]
  const { code = '' } = (error instanceof StoreUnavailable ? (error.cause ?? {}) : error) as { readonly code?: string }
  if (code === '42501' || code.startsWith('28')) return 'HF-DB-0811'
  if (code.startsWith('3D') || code === 'ERR_INVALID_URL') return 'HF-DB-0801'

  return error instanceof StoreUnavailable ? 'HF-DB-0810' : 'HF-DB-0801'
}

/** Whoever reads what went wrong is not to learn it. */
function withoutPassword(text: string, database: string | undefined): string {
  const raw = /^\w+:\/\/[^/?#]*?:(.+)@/.exec(database ?? '')?.[1]
  const forms = raw === undefined ? [] : [raw, decoded(raw)]

  return forms.reduce((cleaned, each) => cleaned.replaceAll(each, '***'), text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const codes: Readonly<Record<UpkeepRefused['reason'], FaultCode>> = {
  backup_unusable: 'HF-DB-0803',
  file_exists: 'HF-DB-0804',
  not_empty: 'HF-DB-0805',
  in_use: 'HF-DB-0806',
  schema_differs: 'HF-DB-0812',
}

async function openStore({ file, database }: Place): Promise<Store> {
  if (database !== undefined) return openDatabase(database)
  if (!existsSync(file)) throw new Error(`${file} is not there`)

  return openSqlite({ file })
}
