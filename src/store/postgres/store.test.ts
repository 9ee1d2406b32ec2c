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
  const options = { connectionString, maxConnections: 3, ...given }

  return [openPostgres(options), openPostgres(options)] as const
}

describeStore('postgres', () => open())

describeStore('postgres, slow, without named statements', async () => {
  const [one, other] = await open({ namedStatements: false })

  return [slowStore(one, seededRandom(1)), slowStore(other, seededRandom(2))]
})
