import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import { SchemaOutgrown } from '../ports/epoch-store.ts'
import type { Epoch } from '../ports/epoch-store.ts'
import type { AuditSeal } from '../protocol/audit-seal.ts'
import type { DatabaseMemory, Seen } from './database-memory.ts'
import { watchDatabase } from './database-watch.ts'

/** A database of a few numbers, and a memory of it. */
function aWorld(mark = 0) {
  let epoch: Epoch = { databaseId: '0'.repeat(32), validAfter: instant(0), mark }
  let isOutgrown = false
  let seals: readonly AuditSeal[] = []
  const saved: (Epoch & Seen)[] = []
  const faults: unknown[] = []
  const older: string[] = []
  const store = {
    loadEpoch: async () => epoch,
    checkIn: async () => {
      if (isOutgrown) throw new SchemaOutgrown('update')

      return (epoch = { ...epoch, mark: epoch.mark + 1 })
    },
    checkOut: async () => {},
    findNewestSeal: async () => seals.at(-1),
    listAuditSeals: async (after: number) => seals.slice(after),
  }
  const memory: DatabaseMemory = {
    load: async () => saved.at(-1),
    save: async (each) => void saved.push(each),
    onOver: ({ message }) => older.push(message),
  }
  const log = { fault: (error: unknown) => faults.push(error) }

  return {
    saved,
    faults,
    older,
    become: (changes: Partial<Epoch>) => void (epoch = { ...epoch, ...changes }),
    seal: (...hashes: string[]) => {
      seals = hashes.map((hash, at) => ({ number: at + 1, hash }) as AuditSeal)
    },
    outgrow: () => void (isOutgrown = true),
    mark: () => epoch.mark,
    watch: (given: Partial<DatabaseMemory> = {}) =>
      watchDatabase({ store, memory: { ...memory, ...given }, instance: 'it', log }),
  }
}

test('a server starts on what it has seen and on what is newer; on an older one it writes nothing, however often', async () => {
  const world = aWorld(5)
  await world.watch()

  await world.watch()
  world.become({ mark: 6 })
  for (let attempt = 0; attempt < 5; attempt += 1) await assert.rejects(world.watch(), { name: 'DatabaseOlder' })

  assert.equal(world.mark(), 6)
  world.become({ validAfter: instant(1), mark: 0 })
  await world.watch()
  assert.deepEqual(world.saved.at(-1)?.mark, 1)
})

test('a copy that another server went on with, past what was seen, has another audit', async () => {
  const world = aWorld()
  world.seal('one', 'two')
  await world.watch()

  world.become({ mark: 50 })
  for (const hashes of [['one', 'other', 'three'], ['one'], []]) {
    world.seal(...hashes)
    await assert.rejects(world.watch(), { name: 'DatabaseOlder', message: /at mark 1, with seal 2, which it has not$/ })
  }
  world.seal('one', 'two', 'three')
  const watch = await world.watch()
  world.seal('one', 'two', 'other', 'four')
  await watch.checkIn()
  assert.equal(watch.isOver(), true)
  // After a restore by the command another audit is as it should be.
  world.become({ validAfter: instant(1), mark: 0 })
  await world.watch()
})

test('what is remembered rises with each check-in, and once more at the end', async () => {
  const world = aWorld()
  const watch = await world.watch()

  await watch.checkIn()
  await watch.close()

  assert.deepEqual(
    world.saved.map(({ mark }) => mark),
    [1, 2, 3],
  )
})

test('a database that is put back under a server that runs is noticed, told once, and not remembered', async () => {
  for (const change of [{ mark: 1 }, { validAfter: instant(1), mark: 0 }]) {
    const world = aWorld(10)
    const watch = await world.watch()
    await watch.checkIn()
    assert.equal(watch.isOver(), false)

    world.become(change)
    await watch.checkIn()
    await watch.checkIn()

    assert.equal(watch.isOver(), true)
    assert.equal(world.older.length, 1)
    assert.match(world.older[0]!, /was seen at mark 12$/)
    assert.equal(world.saved.at(-1)?.mark, 12)
  }
})

test('a memory that cannot be written is told, and no reason to stop', async () => {
  const world = aWorld()
  const save = async () => {
    throw new Error('disk full')
  }

  const watch = await world.watch({ save })
  await watch.checkIn()

  assert.equal(watch.isOver(), false)
  assert.equal(world.faults.length, 2)
})

test('a server that is too old for the schema says so once, and answers nothing more', async () => {
  const world = aWorld()
  const watch = await world.watch()

  world.outgrow()
  await assert.rejects(watch.checkIn(), { name: 'SchemaOutgrown' })
  await watch.checkIn()

  assert.equal(watch.isOver(), true)
  assert.deepEqual(world.older, ['update'])
})
