import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { instant } from '../base/time.ts'
import type { Epoch } from '../ports/epoch-store.ts'
import { isOlder, memoryFile, openDatabaseMemory } from './database-memory.ts'

const root = mkdtempSync(join(tmpdir(), 'hufu-memory-'))
after(() => rmSync(root, { recursive: true, force: true }))

const aFolder = () => mkdtempSync(join(root, 'data-'))
const epochOf = (database: number, validAfter: number, mark: number): Epoch => ({
  databaseId: database.toString(16).padStart(32, '0'),
  validAfter: instant(validAfter),
  mark,
})

test('a database is older if its cut-off is, or if its mark is at the same cut-off', () => {
  const at = (validAfter: number, mark: number) => epochOf(1, validAfter, mark)

  assert.equal(isOlder(at(5, 7), at(5, 7)), false)
  assert.equal(isOlder(at(5, 8), at(5, 7)), false)
  assert.equal(isOlder(at(5, 6), at(5, 7)), true)
  assert.equal(isOlder(at(6, 0), at(5, 7)), false)
  assert.equal(isOlder(at(4, 9), at(5, 7)), true)
})

test('each database is remembered by itself, on disk, for the owner alone, and never less than it was', async () => {
  const folder = aFolder()
  const [one, other] = [await openDatabaseMemory(folder), await openDatabaseMemory(folder)]

  await one.save(epochOf(1, 0, 9))
  await other.save(epochOf(2, 0, 3))
  await other.save(epochOf(1, 0, 8))
  const seal = { number: 3, hash: 'a'.repeat(64) }
  await other.save({ ...epochOf(4, 0, 1), seal: { ...seal, mac: 'not kept' } as never })
  assert.deepEqual(await one.load(epochOf(4, 0, 0).databaseId), { validAfter: 0, mark: 1, seal })

  assert.deepEqual(await one.load(epochOf(1, 0, 0).databaseId), { validAfter: 0, mark: 9 })
  assert.deepEqual(await one.load(epochOf(2, 0, 0).databaseId), { validAfter: 0, mark: 3 })
  assert.equal(await one.load(epochOf(3, 0, 0).databaseId), undefined)
  assert.deepEqual(readdirSync(folder), ['seen.json'])
  if (process.platform !== 'win32') assert.equal(statSync(memoryFile(folder)).mode & 0o777, 0o600)
})

test('twenty databases are remembered, those that were seen last', async () => {
  const folder = aFolder()
  const memory = await openDatabaseMemory(folder)

  for (let database = 1; database <= 21; database += 1) await memory.save(epochOf(database, 0, 1))

  assert.equal(await memory.load(epochOf(1, 0, 0).databaseId), undefined)
  assert.deepEqual(await memory.load(epochOf(2, 0, 0).databaseId), { validAfter: 0, mark: 1 })
  assert.equal(Object.keys(JSON.parse(readFileSync(memoryFile(folder), 'utf8')) as object).length, 20)
})

test('a file that is not ours, or is half a file, is not taken for nothing', async () => {
  for (const text of ['', '{', '[]', 'null', '{"x":1}', `{"${'0'.repeat(32)}":{"mark":"1","validAfter":0}}`]) {
    const folder = aFolder()
    writeFileSync(memoryFile(folder), text)

    await assert.rejects(openDatabaseMemory(folder), /seen\.json is not what Hufu wrote/, text)
  }
})
