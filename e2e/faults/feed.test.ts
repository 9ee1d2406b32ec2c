import { after } from 'node:test'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { describeFeed } from '../fleet/describe-feed.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { startNode } from '../support/postgres-cluster.ts'

/** `HUFU_ROUNDS=200` is the full set (`npm run test:revocation`). */
const rounds = Number(process.env['HUFU_ROUNDS'] ?? 20)
/** Milliseconds: what is promised. */
const limit = 1000

const postgres = await startNode({ settings: { fsync: 'off' } })
after(() => postgres.remove())
await execute(postgres.address(), 'CREATE DATABASE hufu')
const bouncer = await startPgBouncer(postgres.port)
after(() => bouncer.stop())

// Nothing is told through it: the servers ask.
describeFeed(
  'two servers behind PgBouncer',
  async () => ({ address: bouncer.address('hufu'), direct: postgres.address('hufu') }),
  rounds,
  limit,
)
