import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { describeContention } from '../contract/contention.ts'
import { describeCrash } from '../contract/crash.ts'
import { startFleet } from '../contract/fleet.ts'
import { openSqlite } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-processes-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const module = new URL('index.ts', import.meta.url).href
const at = (name: string) => ({ file: join(folder, name) })
const adapter = (name: string) => () => ({ module, opens: 'openSqlite', options: at(name) })

describeContention('sqlite', adapter('contention.db'), async () => openSqlite(at('contention.db')))

describeCrash('sqlite', adapter('crash.db'), async () => openSqlite(at('crash.db')))

for (const name of ['first.db', 'second.db']) {
  test(`four processes that open one new file at once all find it ready (${name})`, async () => {
    const fleet = await startFleet(adapter(name)(), 4)
    try {
      await fleet.run(() => ({ kind: 'open' }))
      const answers = await fleet.call(Array.from({ length: 4 }, () => ['useOnce', 'key', 0]))

      assert.equal(answers.filter((first) => first === true).length, 1)
    } finally {
      await fleet.stop()
    }
  })
}
