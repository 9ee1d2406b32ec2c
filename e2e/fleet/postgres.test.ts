import { after } from 'node:test'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import { describeFleet } from './describe-fleet.ts'

const postgres = await startPostgres()
after(() => postgres.stop())

describeFleet('two servers over PostgreSQL', async () => ({
  kind: 'postgres',
  connectionString: await postgres.createDatabase(),
}))
