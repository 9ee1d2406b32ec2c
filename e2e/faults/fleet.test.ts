import { after } from 'node:test'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { describeFleet } from '../fleet/describe-fleet.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { startNode } from '../support/postgres-cluster.ts'

const postgres = await startNode({ settings: { fsync: 'off' } })
after(() => postgres.remove())
await execute(postgres.address(), 'CREATE DATABASE hufu')
const bouncer = await startPgBouncer(postgres.port)
after(() => bouncer.stop())

// Nothing is told through it: what holds at once does so because it is asked, not because it is heard of.
describeFleet('two servers behind PgBouncer', async () => ({
  kind: 'postgres',
  connectionString: bouncer.address('hufu'),
}))
