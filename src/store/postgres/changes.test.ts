import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { instant } from '../../base/time.ts'
import type { AccessTokenId } from '../../protocol/authorization.ts'
import { anEvent, anId, morning } from '../../testing/index.ts'
import { startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { openPostgres } from './index.ts'

let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(() => postgres.stop())

const revoke = (store: ReturnType<typeof openPostgres>, id = anId<AccessTokenId>()) =>
  store.revokeAccessToken(id, instant(morning + 60_000), anEvent()).then(() => id)

test('[RT-10] what is committed late stands after what was listed before, so who reads on meets it', async () => {
  const connectionString = await postgres.createDatabase()
  const store = openPostgres({ connectionString })
  await revoke(store)
  const slow = new pg.Client({ connectionString })
  await slow.connect()
  await slow.query('BEGIN')
  await slow.query(`INSERT INTO changes (kind, name, expires_at) VALUES ('token', 'late', ${morning + 60_000})`)
  const early = await revoke(store)
  const seen = await store.listChanges(0, 1000)

  await slow.query('COMMIT')
  const { changes } = await store.listChanges(seen.last, 1000)

  assert.equal(seen.changes.at(-1)?.name, early)
  assert.deepEqual(
    changes.map(({ name }) => name),
    ['late'],
  )
  await slow.end()
  await store.close()
})

test('[RT-10] another process is told of a change, and again after its connection was lost', async () => {
  const connectionString = await postgres.createDatabase()
  const [writer, reader] = [openPostgres({ connectionString }), openPostgres({ connectionString })]
  const hear = async () => {
    const told = Promise.withResolvers<void>()
    const stop = await reader.watchChanges(told.resolve)
    const again = setInterval(() => void revoke(writer).catch(told.reject), 50)
    await told.promise
    clearInterval(again)
    stop()
  }

  await hear()
  const operator = new pg.Client({ connectionString })
  await operator.connect()
  await operator.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hufu notices' AND datname = current_database()`,
  )
  await hear()

  await operator.end()
  await writer.close()
  await reader.close()
})
