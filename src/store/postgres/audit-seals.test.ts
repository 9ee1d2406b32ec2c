import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { anEvent, anId } from '../../testing/index.ts'
import { checkChain, sealNow } from '../contract/audit.ts'
import { startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { openPostgres } from './index.ts'

let postgres: RealPostgres
before(async () => (postgres = await startPostgres()))
after(() => postgres.stop())

/** A store, and somebody else at the same database. */
async function open(use: (store: ReturnType<typeof openPostgres>, other: pg.Client) => Promise<void>): Promise<void> {
  const connectionString = await postgres.createDatabase()
  const store = openPostgres({ connectionString })
  const other = new pg.Client({ connectionString })
  try {
    await store.loadSigningKeys()
    await other.connect()
    await use(store, other)
  } finally {
    await other.end()
    await store.close()
  }
}

test('[LG-05] an event whose transaction is committed after later ones were sealed gets the next seal', () =>
  open(async (store, other) => {
    const late = anId()
    await other.query('BEGIN')
    await other.query(
      `INSERT INTO audit (id, at, type, outcome, count) VALUES (decode('${late}', 'hex'), 1, 'sign_in', 'done', 1)`,
    )
    const [one, two] = [anEvent(), anEvent()]
    await store.appendAudit(one)
    await store.appendAudit(two)
    await sealNow(store)
    await other.query('COMMIT')
    await sealNow(store)

    const sealed = await checkChain(store)
    assert.deepEqual(
      sealed.map((events) => events.map(({ id }) => id)),
      [[one.id, two.id], [late]],
    )
  }))

test('[LG-05] while one instance puts seals on, others leave it to that, and no request waits', () =>
  open(async (store, other) => {
    await store.appendAudit(anEvent())
    await other.query('BEGIN')
    await other.query(`SELECT 1 FROM turns WHERE name = 'audit' FOR UPDATE`)

    assert.equal(await sealNow(store), undefined)
    await store.appendAudit(anEvent())
    await other.query('ROLLBACK')
    assert.equal((await sealNow(store))?.marks.length, 2)
  }))
