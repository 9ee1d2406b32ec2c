import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { sealAll } from '../../../audit/sealer.ts'
import { fromBase64Url } from '../../../base/encoding.ts'
import { instant } from '../../../base/time.ts'
import type { Store } from '../../../ports/store.ts'
import type { AuditEvent } from '../../../protocol/audit-event.ts'
import type { ClientId } from '../../../protocol/client.ts'
import { deriveKey, loadOrCreateSecret } from '../../../server/secret.ts'
import { execute, startPostgres } from '../../../store/contract/real-postgres.ts'
import type { RealPostgres } from '../../../store/contract/real-postgres.ts'
import { openPostgres } from '../../../store/postgres/index.ts'
import { openSqlite } from '../../../store/sqlite/index.ts'
import { anEvent, anId } from '../../../testing/index.ts'
import type { Context } from '../../context.ts'
import { run } from '../../program.ts'
import { wordsIn } from '../../words.ts'
import { tailAudit } from './read.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-audit-'))
const file = join(folder, 'hufu.db')
let postgres: RealPostgres
let database: string
before(async () => {
  postgres = await startPostgres()
  database = await postgres.createDatabase()
})
after(async () => {
  rmSync(folder, { recursive: true })
  await postgres.stop()
})

async function hufu(env: Record<string, string>, ...args: string[]) {
  let [out, err] = ['', '']
  const to = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) }
  const exit = await run(['audit', ...args, '--data', folder], env, to)

  return { exit, out, err }
}

interface Place {
  readonly name: string
  readonly env: () => Record<string, string>
  readonly open: () => Store
  /** Somebody who can write the database, and has not the secret. */
  readonly tamper: (statement: string) => Promise<void>
}

const places: readonly Place[] = [
  {
    name: 'SQLite',
    env: () => ({}),
    open: () => openSqlite({ file }),
    tamper: async (statement) => {
      const connection = new DatabaseSync(file)
      connection.exec(statement)
      connection.close()
    },
  },
  {
    name: 'PostgreSQL',
    env: () => ({ HUFU_DATABASE: database }),
    open: () => openPostgres({ connectionString: database }),
    tamper: async (statement) => void (await execute(database, statement)),
  },
]

/** Seals 6 events, two at a time, in a database that is empty otherwise. */
async function fill({ open, tamper }: Place): Promise<void> {
  const store = open()
  try {
    await store.loadSigningKeys()
    await tamper('DELETE FROM audit')
    await tamper('DELETE FROM audit_seals')
    const key = deriveKey(fromBase64Url(await loadOrCreateSecret(folder))!, 'audit seals')
    for (let count = 0; count < 3; count += 1) {
      await store.appendAudit(anEvent({ reason: `event ${2 * count}` }))
      await store.appendAudit(anEvent({ reason: `event ${2 * count + 1}` }))
      await sealAll(store, key, () => instant(Date.now()))
    }
  } finally {
    await store.close()
  }
}

const third = `(SELECT id FROM audit ORDER BY id LIMIT 1 OFFSET 2)`

for (const place of places) {
  test(`[LG-05] ${place.name}: hufu audit verify tells what there is, and ends with 0; with a head that is remembered too`, async () => {
    await fill(place)

    const { exit, out, err } = await hufu(place.env(), 'verify')
    const head = /^head (3:[0-9a-f]{64})$/m.exec(out)?.[1]

    assert.equal(exit, 0, err)
    assert.match(out, /^events: 6, seals: 3, not sealed yet: 0, /)
    assert.equal((await hufu(place.env(), 'verify', '--head', head!)).exit, 0)
    const json = JSON.parse((await hufu(place.env(), 'verify', '--json')).out) as object
    assert.deepEqual(json, { ok: true, events: 6, unsealed: 0, seals: 3, pruned_through: 0, head, findings: [] })
  })

  test(`[LG-05] ${place.name}: whatever is done to the tables, hufu audit verify names it and ends with 1`, async () => {
    for (const [statement, finding] of [
      [`UPDATE audit SET subject = 'mallory' WHERE id = ${third}`, /seal 2: event [0-9a-f]{32} was changed/],
      [`UPDATE audit SET reason = NULL WHERE id = ${third}`, /seal 2: event [0-9a-f]{32} was changed/],
      [`DELETE FROM audit WHERE id = ${third}`, /seal 2: the event at place 1 was removed/],
      ['DELETE FROM audit_seals WHERE number = 2', /seal 2 is missing/],
      ['UPDATE audit_seals SET sealed_at = sealed_at + 1 WHERE number = 2', /seal 2 was changed/],
      ['UPDATE audit_seals SET hash = mac WHERE number = 3', /seal 3 was changed/],
      ['UPDATE audit_seals SET number = 7 WHERE number = 3', /seal 3 is missing/],
    ] as const) {
      await fill(place)
      await place.tamper(statement)

      const { exit, out } = await hufu(place.env(), 'verify')

      assert.equal(exit, 1, statement)
      assert.match(out, finding, statement)
      assert.match(out, /THE AUDIT IS NOT AS IT WAS SEALED/)
    }
  })

  test(`[LG-05] ${place.name}: that the end was cut off tells the head that was remembered`, async () => {
    await fill(place)
    const head = /3:[0-9a-f]{64}/.exec((await hufu(place.env(), 'verify')).out)![0]
    await place.tamper(
      place.name === 'SQLite'
        ? 'DELETE FROM audit WHERE number > (SELECT last FROM audit_seals WHERE number = 2)'
        : 'DELETE FROM audit WHERE seal = 3',
    )
    await place.tamper('DELETE FROM audit_seals WHERE number = 3')

    assert.equal((await hufu(place.env(), 'verify')).exit, 0)
    const { exit, out } = await hufu(place.env(), 'verify', '--head', head)
    assert.equal(exit, 1)
    assert.match(out, /the remembered seal 3 is missing/)
  })
}

const store = () => openSqlite({ file })
async function write(...events: readonly AuditEvent[]): Promise<void> {
  const opened = store()
  for (const event of events) await opened.appendAudit(event)
  await opened.close()
}

const now = () => instant(Date.now())
const uuid = (at: number) => at.toString(16).padStart(12, '0') + anId().slice(12)
/** Its id and its time are of one moment, as those of a server are. */
function recent(given: Partial<AuditEvent>, agoMs = 0): AuditEvent {
  const at = instant(now() - agoMs)

  return anEvent({ id: uuid(at), at, ...given })
}

const evil = '=HYPERLINK("http://evil.example")\u001B[2J\u202E\n{"type":"sign_in"},x'

test('[AD-05] what a stranger brought into the audit is neither a formula, nor a line of its own, nor an order to the terminal', async () => {
  // req: LG-03, AD-12
  const clientId = evil as ClientId
  await write(recent({ clientId, reason: '@SUM(A1)', subject: undefined, type: 'client_refused', outcome: 'refused' }))
  const asked = ['--type', 'client_refused', '--since', '1h']

  const [csv, lines, table, json] = await Promise.all([
    hufu({}, 'export', '--csv', ...asked),
    hufu({}, 'export', ...asked),
    hufu({}, 'search', ...asked),
    hufu({}, 'search', '--json', ...asked),
  ])

  for (const { exit, out } of [csv, lines, table, json]) {
    assert.equal(exit, 0)
    assert.doesNotMatch(out.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  }
  const [header, row, ...more] = csv.out.trimEnd().split('\n')
  assert.deepEqual(more, [])
  assert.match(header!, /^id,at,type,outcome,reason,client_id,/)
  assert.ok(row!.includes(`,"'@SUM(A1)","'=HYPERLINK(""http://evil.example"")?[2J??{""type"":""sign_in""},x",`))
  assert.equal(lines.out.trimEnd().split('\n').length, 1)
  assert.equal((JSON.parse(lines.out) as { client_id: string }).client_id, evil)
  assert.equal((JSON.parse(json.out) as { items: { client_id: string }[] }).items[0]?.client_id, evil)
  assert.equal(table.out.trimEnd().split('\n').length, 1)
})

test('[UX-6.2] search tells the last that match, by time, type, outcome, client, subject and authorization', async () => {
  const authorizationId = anId<NonNullable<AuditEvent['authorizationId']>>()
  const old = recent({ authorizationId, reason: 'old' }, 3_600_000)
  const fresh = recent({ authorizationId, reason: 'fresh', outcome: 'refused' })
  await write(old, fresh)
  const reasons = async (...args: string[]) => {
    const { out } = await hufu({}, 'search', '--json', '--authorization', authorizationId, ...args)

    return (JSON.parse(out) as { items: { reason: string }[] }).items.map(({ reason }) => reason)
  }

  assert.deepEqual(await reasons(), ['old', 'fresh'])
  assert.deepEqual(await reasons('--limit', '1'), ['fresh'])
  assert.deepEqual(await reasons('--since', '30m'), ['fresh'])
  assert.deepEqual(await reasons('--until', '30m'), ['old'])
  assert.deepEqual(await reasons('--until', new Date(old.at).toISOString()), [])
  assert.deepEqual(await reasons('--since', new Date(old.at).toISOString()), ['old', 'fresh'])
  assert.deepEqual(await reasons('--outcome', 'done'), ['old'])
  assert.deepEqual(await reasons('--type', 'sign_in'), [])
  assert.deepEqual(await reasons('--client', old.clientId!, '--subject', old.subject!), ['old', 'fresh'])
  assert.deepEqual(await reasons('--client', "x' OR '1'='1"), [])
})

test('[UX-6.2] what is no time, outcome or head ends with 2, and a database that is not there with 3', async () => {
  for (const [command, ...args] of [
    ['search', '--since', 'yesterday'],
    ['export', '--until', '2027-13-01'],
    ['search', '--outcome', 'maybe'],
    ['search', '--limit', '0'],
    ['verify', '--head', '3'],
  ]) {
    const { exit, out, err } = await hufu({}, command!, ...args)
    assert.deepEqual([exit, out], [2, ''], err)
    assert.ok(err.includes(args[0]!), err)
  }
  const quiet = { out: () => {}, err: () => {} }
  assert.equal(await run(['audit', 'verify', '--data', join(folder, 'nowhere')], {}, quiet), 3)
})

test('tail tells what is written meanwhile, each event once, until it is stopped', async () => {
  const stopped = Promise.withResolvers<void>()
  const [one, two] = [recent({ reason: 'one' }), recent({ reason: 'two' })]
  let told = ''
  const seen = Promise.withResolvers<void>()
  const out = (text: string) => {
    told += text
    if (told.includes('two')) seen.resolve()
  }
  const context: Context = { language: 'en', words: wordsIn('en'), asJson: true, env: {}, out, err: out }
  await write(one)
  const tailing = tailAudit({ data: folder, since: '1m' }, context, stopped.promise)
  await write(two)
  await seen.promise
  stopped.resolve()

  assert.equal((await tailing).kind, 'done')
  assert.equal(told.split('"one"').length, 2)
})
