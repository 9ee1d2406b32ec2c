import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { StoreUnavailable } from '../../ports/store.ts'
import { instant } from '../../base/time.ts'
import { anEvent, morning } from '../../testing/index.ts'
import { createGroupCommit } from './group-commit.ts'
import { openSqlite } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-group-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = () => join(folder, `${files++}.db`)
const later = instant(morning + 1)

/** A table of words without repetition, and a count of the commits. */
function words() {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE words (word TEXT PRIMARY KEY) STRICT')
  let commits = 0
  const prepare = (sql: string) => {
    const statement = database.prepare(sql)
    if (sql !== 'COMMIT') return statement

    return { run: () => ((commits += 1), statement.run()) }
  }
  const counted = new Proxy(database, {
    get: (_, name) => {
      if (name === 'prepare') return prepare
      const value: unknown = Reflect.get(database, name)

      return typeof value === 'function' ? (value.bind(database) as unknown) : value
    },
  })
  const insert = database.prepare('INSERT INTO words VALUES (?)')
  const select = database.prepare('SELECT word FROM words ORDER BY word')

  return {
    database: counted,
    say: (word: string) => insert.run(word),
    said: () => select.all().map((row) => row['word']),
    commits: () => commits,
  }
}

const patient = { busyTimeoutMs: 5000, maxWaitingWrites: 1000 }

test('all writes of one event-loop turn share one commit', async () => {
  const { database, say, commits, said } = words()
  const group = createGroupCommit(database, patient)

  await Promise.all(['a', 'b', 'c'].map((word) => group.write(() => say(word))))

  assert.equal(commits(), 1)
  assert.deepEqual(said(), ['a', 'b', 'c'])
  assert.equal(group.vitals().commits?.writes.sum, 3)
  assert.equal(
    group.vitals().commits?.seconds.counts.reduce((sum, each) => sum + each),
    1,
  )
})

test('after a commit that was shared, the writes of two turns share the next; after a lone one nobody waits', async () => {
  const { database, say, commits } = words()
  const group = createGroupCommit(database, patient)
  const inTheNextTurn = (word: string) =>
    new Promise((resolve) => setImmediate(() => resolve(group.write(() => say(word)))))

  await Promise.all(['a', 'b'].map((word) => group.write(() => say(word))))
  await Promise.all([group.write(() => say('c')), inTheNextTurn('d')])
  assert.equal(commits(), 2)
  await group.write(() => say('e'))
  await Promise.all([group.write(() => say('f')), inTheNextTurn('g')])
  assert.equal(commits(), 5)
})

test('a write is answered after its commit, not before', async () => {
  const { database, say, commits } = words()
  const group = createGroupCommit(database, patient)

  const seen = await group.write(() => (say('a'), commits())).then((inside) => [inside, commits()])

  assert.deepEqual(seen, [0, 1])
})

test('a write that throws leaves nothing, not even what it did before it threw, and its neighbours do not notice', async () => {
  const { database, say, said } = words()
  const group = createGroupCommit(database, patient)
  const fault = new Error('on purpose')

  const answers = await Promise.allSettled([
    group.write(() => say('a')),
    group.write(() => {
      say('half')
      throw fault
    }),
    group.write(() => {
      say('also half')
      say('a')
    }),
    group.write(() => say('b')),
  ])

  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  )
  assert.equal((answers[1] as PromiseRejectedResult).reason, fault)
  assert.deepEqual(said(), ['a', 'b'])
})

test('a write that another one starts while it is answered is not forgotten', async () => {
  const { database, say, said } = words()
  const group = createGroupCommit(database, patient)

  await group.write(() => say('a')).then(() => group.write(() => say('b')))

  assert.deepEqual(said(), ['a', 'b'])
})

test('the queue is bounded: as many writes wait as may, the next one is refused, and later ones are taken again', async () => {
  const { database, say, said } = words()
  const group = createGroupCommit(database, { ...patient, maxWaitingWrites: 2 })

  const answers = await Promise.allSettled(['a', 'b', 'c'].map((word) => group.write(() => say(word))))
  await group.write(() => say('d'))

  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  )
  assert.ok((answers[2] as PromiseRejectedResult).reason instanceof StoreUnavailable)
  assert.deepEqual(said(), ['a', 'b', 'd'])
})

test('more writes than fit into one group are all written', async () => {
  const { database, say, said, commits } = words()
  const group = createGroupCommit(database, patient)

  await Promise.all(Array.from({ length: 600 }, (_, index) => group.write(() => say(`${index}`))))

  assert.equal(said().length, 600)
  assert.equal(commits(), 3)
})

test('while another process writes, a write waits and reads go on; past its time limit it is refused and nothing is written', async () => {
  const file = newFile()
  const [patientStore, hasty] = [openSqlite({ file }), openSqlite({ file, busyTimeoutMs: 20 })]
  const other = new DatabaseSync(file)
  other.exec('BEGIN IMMEDIATE')

  const waits = patientStore.useOnce('waits', later)
  await assert.rejects(hasty.useOnce('refused', later), StoreUnavailable)
  assert.deepEqual(await hasty.listAudit(undefined, 1), [])
  other.exec('ROLLBACK')

  assert.equal(await waits, true)
  assert.equal(await hasty.useOnce('refused', later), true)
  other.close()
  await Promise.all([patientStore.close(), hasty.close()])
})

test('a file that may not grow refuses writes, keeps what it has, and takes writes again when rows have left', async () => {
  const store = openSqlite({ file: newFile(), maxFileBytes: 400 * 1024 })
  const event = anEvent()
  await store.appendAudit(event)
  const use = (index: number) => store.useOnce(`key ${index}`, later)

  const answers = await Promise.allSettled(Array.from({ length: 9000 }, (_, index) => use(index)))

  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  assert.ok(refused.length > 0 && refused.length < answers.length)
  assert.ok(refused.every((error) => error instanceof StoreUnavailable))
  assert.deepEqual(await store.listAudit(undefined, 10), [event])

  const removed = await store.prune(later, 10_000)

  assert.equal(removed, answers.length - refused.length)
  assert.equal(await use(0), true)
  await store.close()
})

const onlyPosix = { skip: process.platform === 'win32' && 'file size limits are of POSIX' }

test(
  'after a write error of the disk the write is refused, what was acknowledged is there, and the next write succeeds',
  onlyPosix,
  async () => {
    const file = newFile()
    const program = `
    const { openSqlite } = await import(process.argv[1])
    const store = openSqlite({ file: process.argv[2] })
    const acknowledged = []
    let refusal
    for (let index = 0; refusal === undefined; index += 1)
      await store.useOnce('key ' + index, 1).then(() => acknowledged.push('key ' + index), (error) => (refusal = error))
    const again = await store.useOnce('again', 1)
    console.log(JSON.stringify({ acknowledged, refusal: refusal.name, cause: refusal.cause.errcode & 255, again }))
    process.kill(process.pid, 'SIGKILL')`
    // The shell counts in blocks of 512 or 1024 octets: the log reaches either long before it would be emptied.
    const limited = 'ulimit -f 2000 && exec "$0" --input-type=module -e "$1" "$2" "$3"'
    const given = [process.execPath, program, new URL('index.ts', import.meta.url).href, file]

    const ended = await promisify(execFile)('sh', ['-c', limited, ...given], { maxBuffer: 1e8 }).catch(
      (error: unknown) => error as { stdout: string; stderr: string },
    )

    assert.equal(ended.stderr, '')
    const report = JSON.parse(ended.stdout) as {
      acknowledged: string[]
      refusal: string
      cause: number
      again: boolean
    }
    const store = openSqlite({ file })
    const known = await Promise.all([...report.acknowledged, 'again'].map((key) => store.useOnce(key, later)))
    assert.equal(report.refusal, 'StoreUnavailable')
    assert.equal(report.cause, 10)
    assert.equal(report.again, true)
    assert.deepEqual(new Set(known), new Set([false]))
    await store.close()
  },
)
