import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { morning } from '../../testing/index.ts'
import { describeContention } from '../contract/contention.ts'
import { describeCrash } from '../contract/crash.ts'
import { startFleet } from '../contract/fleet.ts'
import { startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { openPostgres } from './index.ts'

let postgres: RealPostgres
const addresses: string[] = []
before(async () => {
  postgres = await startPostgres()
  for (let count = 0; count < 3; count += 1) addresses.push(await postgres.createDatabase())
})
after(() => postgres.stop())

const module = new URL('index.ts', import.meta.url).href
const at = (index: number) => ({ connectionString: addresses[index] ?? '' })
const adapter = (index: number) => () => ({ module, opens: 'openPostgres', options: at(index) })

describeContention('postgres', adapter(0), async () => openPostgres(at(0)))

describeCrash('postgres', adapter(1), async () => openPostgres(at(1)))

test('four processes that open one new database at once all find it ready', async () => {
  const fleet = await startFleet(adapter(2)(), 4)
  try {
    await fleet.run(() => ({ kind: 'open' }))
    const answers = await fleet.call(Array.from({ length: 4 }, () => ['useOnce', 'key', morning]))

    assert.equal(answers.filter((first) => first === true).length, 1)
  } finally {
    await fleet.stop()
  }
})
