import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { AuthorizationServerOptions } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { execute } from '../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../src/store/contract/real-postgres.ts'

const launcher = join(import.meta.dirname, '../../src/cli/hufu.js')

/** A database that can be copied and put back by hand, as an operator would do it. Nobody works on it meanwhile. */
export interface RawDatabase {
  readonly data: string
  readonly open: () => AuthorizationServerOptions['store']
  /** A copy as it is, by other means than `hufu db`. */
  readonly copy: () => Promise<void>
  readonly putCopyBack: () => Promise<void>
  /** An empty one in its place, for `hufu db restore`. */
  readonly empty: () => Promise<void>
  /** Runs the command on it. */
  readonly hufu: (...args: string[]) => { readonly exit: number | null; readonly stderr: string }
}

/** @param postgres a file of SQLite otherwise */
export async function rawDatabase(t: TestContext, postgres?: RealPostgres): Promise<RawDatabase> {
  const data = mkdtempSync(join(tmpdir(), 'hufu-put-back-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const address = await postgres?.createDatabase()
  const hufu: RawDatabase['hufu'] = (...args) => {
    const env = { ...process.env, ...(address !== undefined && { HUFU_DATABASE: address }) }
    const ran = spawnSync(process.execPath, [launcher, ...args, '--data', data], { encoding: 'utf8', env })

    return { exit: ran.status, stderr: ran.stderr }
  }

  return { data, hufu, ...(address === undefined ? fileIn(data) : databaseAt(t, address)) }
}

function fileIn(data: string): Omit<RawDatabase, 'data' | 'hufu'> {
  const file = join(data, 'hufu.db')
  const remove = () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  }

  return {
    open: () => openSqlite({ file }),
    copy: async () => {
      if (existsSync(`${file}-wal`)) throw new Error('somebody works on it')
      copyFileSync(file, `${file}.copy`)
    },
    putCopyBack: async () => {
      remove()
      copyFileSync(`${file}.copy`, file)
    },
    empty: async () => remove(),
  }
}

/** What point-in-time recovery or `pg_restore` leaves: all rows as they were. */
function databaseAt(t: TestContext, address: string): Omit<RawDatabase, 'data' | 'hufu'> {
  const name = /hufu_test_\w+/.exec(address)?.[0] ?? ''
  const home = address.replace(name, 'postgres')
  const make = async (made: string, template: string) => {
    await execute(home, `DROP DATABASE IF EXISTS ${made}`)
    await execute(home, `CREATE DATABASE ${made} TEMPLATE ${template}`)
  }
  t.after(() => execute(home, `DROP DATABASE IF EXISTS ${name}_copy`))

  return {
    open: () => openPostgres({ connectionString: address }),
    copy: () => make(`${name}_copy`, name),
    putCopyBack: () => make(name, `${name}_copy`),
    empty: () => make(name, 'template0'),
  }
}
