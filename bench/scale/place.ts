import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Store } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { execute } from '../load/postgres.ts'
import type { startPostgres } from '../load/postgres.ts'

/** A database of its own, empty: how to open it here, what a server is told, and the octets of all authorizations. */
export interface Place {
  readonly open: () => Store
  readonly folder: string
  readonly address: string | undefined
  readonly octets: () => Promise<number>
}

export type MakePlace = () => Promise<Place>

export const placesIn =
  (folder: string, kind: string, postgres: Awaited<ReturnType<typeof startPostgres>> | undefined): MakePlace =>
  async () => {
    const own = await mkdtemp(join(folder, 'store-'))
    if (kind === 'sqlite') {
      const file = join(own, 'hufu.db')

      return { open: () => openSqlite({ file }), folder: own, address: undefined, octets: async () => octetsIn(file) }
    }
    const address = await postgres!.createDatabase()
    const query = `SELECT sum(pg_total_relation_size(oid)) AS octets FROM pg_class
    WHERE relkind = 'r' AND relname LIKE 'authorizations%'`

    return {
      open: () => openPostgres({ connectionString: address }),
      folder: own,
      address,
      octets: async () => Number(((await execute(address, query)) as { octets: string }[])[0]!.octets),
    }
  }

function octetsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const query = `SELECT sum(pgsize) AS octets FROM dbstat WHERE name LIKE '%authorizations%'`
  const { octets: sum } = database.prepare(query).get() as { octets: number }
  database.close()

  return sum
}
