import { after } from 'node:test'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { describeRaces } from '../races/describe-races.ts'
import { newSecret, startInstance } from '../support/instances.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import type { PgBouncer } from '../support/pgbouncer.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'

let postgres: PostgresNode | undefined
let bouncer: PgBouncer | undefined

after(async () => {
  await bouncer?.stop()
  await postgres?.remove()
})

/** The races of `npm run test:races` once more, where each transaction may get another connection to the database. */
describeRaces('two instances over PostgreSQL through PgBouncer', async () => {
  postgres = await startNode()
  await execute(postgres.address(), 'CREATE DATABASE hufu')
  bouncer = await startPgBouncer(postgres.port)
  const store = { kind: 'postgres', connectionString: bouncer.address('hufu') } as const
  const secret = newSecret()
  const start = () => startInstance({ store, secret, port: 0 })

  return [await start(), await start()]
})
