import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { seededRandom, slowStore } from '../../testing/index.ts'
import { describeStore } from '../contract/index.ts'
import { openSqlite } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-store-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const fresh = () => ({ file: join(folder, `${files++}.db`) })

describeStore('sqlite in memory', async () => [openSqlite({ file: ':memory:' })])

describeStore('sqlite, two connections', async () => {
  const options = fresh()

  return [openSqlite(options), openSqlite(options)]
})

describeStore('sqlite, two connections, slow', async () => {
  const options = fresh()

  return [slowStore(openSqlite(options), seededRandom(1)), slowStore(openSqlite(options), seededRandom(2))]
})
