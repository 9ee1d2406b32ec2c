import { after, before } from 'node:test'
import { seededRandom, slowStore } from '../../testing/index.ts'
import { describeStore } from '../contract/index.ts'
import { emptied, execute, startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { openPostgres } from './index.ts'
import type { PostgresOptions } from './index.ts'

let postgres: RealPostgres
let connectionString: string
before(async () => {
  postgres = await startPostgres()
  connectionString = await postgres.createDatabase()
  const made = openPostgres({ connectionString })
  await made.loadSigningKeys()
  await made.close()
})
after(() => postgres.stop())

/** Each test has the tables to itself; making them anew each time would take longer than the tests. */
async function open(given: Partial<PostgresOptions> = {}) {
  await execute(connectionString, emptied)

  return openPostgres({ connectionString, maxConnections: 4, ...given })
}

describeStore('postgres', async () => [await open(), await open()])

describeStore('postgres, slow, without named statements', async () => {
  const options = { namedStatements: false }

  return [slowStore(await open(options), seededRandom(1)), slowStore(await open(options), seededRandom(2))]
})
