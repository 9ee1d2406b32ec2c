import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Store } from '../ports/store.ts'
import { readConfig } from '../server/config.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import type { Context } from './context.ts'
import { failed } from './outcome.ts'
import type { Outcome } from './outcome.ts'

/** Where a command finds the store of a server. */
export interface StoreOptions {
  /** Folder of the server: its secret, and its database where that is a file. */
  readonly data?: string
  /** The configuration of `hufu start`. */
  readonly config?: string
}

/**
 * Opens the database that `HUFU_DATABASE` names, else the one of the configuration, else the file in the data folder,
 * beside a server that runs, and closes it afterwards.
 */
export async function withStore(
  { data, config: file }: StoreOptions,
  { env }: Context,
  work: (store: Store, folder: string) => Promise<Outcome>,
): Promise<Outcome> {
  const config = file === undefined ? undefined : await readConfig(file)
  if (config?.ok === false) return failed({ code: 'HF-CONF-0710', cause: config.error })
  const folder = resolve(data ?? config?.value.data ?? '.hufu/data')
  const database = env['HUFU_DATABASE'] ?? config?.value.database
  let store: Store | undefined
  try {
    store = await open(join(folder, 'hufu.db'), database)

    return await work(store, folder)
  } catch (error) {
    return failed({ code: 'HF-DB-0801', cause: (error as Error).message })
  } finally {
    await store?.close()
  }
}

async function open(file: string, database: string | undefined): Promise<Store> {
  // Loaded where it is used, since its package `pg` is not installed with ours.
  if (database !== undefined)
    return (await import('../store/postgres/index.ts')).openPostgres({ connectionString: database })
  if (!existsSync(file)) throw new Error(`${file} is not there`)

  return openSqlite({ file })
}
