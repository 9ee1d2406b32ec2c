import { after } from 'node:test'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import { describeFeed } from './describe-feed.ts'

/** `HUFU_ROUNDS=200` is the full set (`npm run test:revocation`). */
const rounds = Number(process.env['HUFU_ROUNDS'] ?? 5)

const postgres = await startPostgres()
after(() => postgres.stop())

describeFeed(
  'two servers over PostgreSQL',
  async () => {
    const address = await postgres.createDatabase()

    return { address, direct: address }
  },
  rounds,
)
