/** `npm run bench:scale`: see `usage` below. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import type { Store } from 'hufu'
import { fill, rotate, save } from './load/fill.ts'
import { openHufu } from './load/open-target.ts'
import { execute, startPostgres } from './load/postgres.ts'
import { pinGenerator } from './load/server-process.ts'
import { measure } from './measure.ts'
import { spreadOf } from './report/statistics.ts'
import { table } from './report/table.ts'
import { works } from './works/index.ts'

const usage = `npm run bench:scale -- [options]

What W2 to W5 cost Hufu with few and with many stored authorizations, on SQLite and on PostgreSQL; how many octets a live
authorization takes after 1, 10 and 100 refreshes; how long it takes to remove those that are over.

  --quick            1,000 and 100,000 authorizations, shorter
  --sizes 1000,100000,1000000
  --stores sqlite,postgres
  --seconds S        how long each work is measured
  --repetitions N
  --data DIR         where the databases of SQLite are made
  --out FILE         where the result goes, without .md (bench/results/latest-scale)`

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    stores: { type: 'string', default: 'sqlite,postgres' },
    seconds: { type: 'string' },
    repetitions: { type: 'string', default: '3' },
    data: { type: 'string', default: tmpdir() },
    out: { type: 'string', default: join(import.meta.dirname, 'results', 'latest-scale') },
    help: { type: 'boolean', default: false },
  },
})
if (given.help) {
  console.log(usage)
  process.exit()
}

const sizes = (given.sizes ?? (given.quick ? '1000,100000' : '1000,100000,1000000')).split(',').map(Number)
const measuredMs = 1000 * Number(given.seconds ?? (given.quick ? 0.7 : 2))
const timing = { connections: 64, warmUpMs: measuredMs / 2, measuredMs }
const measured = works.filter(({ id }) => ['W2', 'W3', 'W4', 'W5'].includes(id))
const month = 30 * 86_400_000

/** A database of its own, empty: how to open it here, what a server is told, and the octets of all authorizations. */
interface Place {
  readonly open: () => Store
  readonly folder: string
  readonly address: string | undefined
  readonly octets: () => Promise<number>
}

const folder = await mkdtemp(join(given.data, 'hufu-bench-scale-'))
const postgres = given.stores.includes('postgres') ? await startPostgres() : undefined
const lines: string[] = ['# Hufu with few and with many authorizations', '']
try {
  pinGenerator()
  for (const kind of given.stores.split(',')) {
    lines.push(`## ${kind}`, '', 'Microseconds of processor time of the server for each request:', '')
    lines.push(...table(['authorizations', ...measured.map(({ id }) => id)], await costs(kind)), '')
    lines.push('Octets of the table and its indexes for each live authorization:', '')
    lines.push(...table(['refreshes of each', 'octets'], await octets(kind)), '')
    lines.push(await pruning(kind), '')
  }
  const markdown = lines.join('\n')
  await mkdir(dirname(given.out), { recursive: true })
  await writeFile(`${given.out}.md`, markdown)
  console.log(markdown)
} finally {
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
}

async function costs(kind: string): Promise<string[][]> {
  const rows: string[][] = []
  const medians: number[][] = []
  for (const size of sizes) {
    const place = await makePlace(kind)
    const store = place.open()
    await fill(store, size, Date.now() + month)
    await store.close()
    const target = await openHufu(place.folder, place.address)
    const ofSize: number[] = []
    for (const work of measured) {
      const samples: number[] = []
      for (let round = 0; round < Number(given.repetitions); round++)
        samples.push((await measure(work, target, timing)).cpu)
      ofSize.push(spreadOf(samples).median)
    }
    await target.process.stop()
    medians.push(ofSize)
    rows.push([size.toLocaleString('en'), ...ofSize.map((cpu) => cpu.toFixed(0))])
  }
  const [first = [], last = []] = [medians[0], medians.at(-1)]

  return [...rows, ['last / first', ...last.map((cpu, at) => (cpu / (first[at] ?? Number.NaN)).toFixed(2))]]
}

async function octets(kind: string): Promise<string[][]> {
  const count = 2000
  const place = await makePlace(kind)
  const store = place.open()
  const made = []
  const end = Date.now() + month
  for (let at = 0; at < count; at++) made.push(save(store, Date.now() as never, end as never))
  const all = await Promise.all(made)
  const rows: string[][] = []
  let done = 0
  for (const times of given.quick ? [1, 10] : [1, 10, 100]) {
    const later = all.map((each) => ({
      ...each,
      refresh: { ...each.refresh!, generation: each.refresh!.generation + done },
    }))
    await rotate(store, later, times - done)
    done = times
    rows.push([String(times), ((await place.octets()) / count).toFixed(0)])
  }
  await store.close()

  return rows
}

async function pruning(kind: string): Promise<string> {
  const count = given.quick ? 10_000 : 100_000
  const place = await makePlace(kind)
  const store = place.open()
  const now = Date.now()
  await fill(store, count, now)
  const begin = performance.now()
  let removed = 0
  for (let left = 500; left >= 500; removed += left) left = await store.prune((now + 86_400_000) as never, 500)
  const seconds = (performance.now() - begin) / 1000
  await store.close()

  return `To remove ${count.toLocaleString('en')} authorizations that are over takes ${seconds.toFixed(1)} s (${removed} rows or partitions counted).`
}

async function makePlace(kind: string): Promise<Place> {
  const own = await mkdtemp(join(folder, 'store-'))
  if (kind === 'sqlite') {
    const file = join(own, 'hufu.db')

    return { open: () => openSqlite({ file }), folder: own, address: undefined, octets: async () => octetsIn(file) }
  }
  const address = await postgres!.createDatabase()
  const query = `SELECT sum(pg_total_relation_size(oid)) AS octets FROM pg_class
    WHERE relkind = 'r' AND relname LIKE 'authorizations%'`

  return {
    open: () => openPostgres({ connectionString: address }),
    folder: own,
    address,
    octets: async () => Number(((await execute(address, query)) as { octets: string }[])[0]!.octets),
  }
}

function octetsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const query = `SELECT sum(pgsize) AS octets FROM dbstat WHERE name LIKE '%authorizations%'`
  const { octets: sum } = database.prepare(query).get() as { octets: number }
  database.close()

  return sum
}
