/** `npm run bench:scale`: see `usage` below. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from './load/postgres.ts'
import { pinGenerator } from './load/server-process.ts'
import { circumstances } from './report/result.ts'
import { toScaleMarkdown } from './report/scale-table.ts'
import type { ScaleResult } from './report/scale-table.ts'
import { measureGrowth } from './scale/growth.ts'
import { measureOctets } from './scale/octets.ts'
import { placesIn } from './scale/place.ts'
import { measurePruning } from './scale/pruning.ts'

const usage = `npm run bench:scale -- [options]

What W2 to W5 cost Hufu with few and with many stored authorizations, on SQLite and on PostgreSQL; how many octets a live
authorization takes after 1, 10 and 100 refreshes; how long it takes to remove those that are over. Each authorization has an
opaque access token beside it, and those that are refreshed lie scattered among the others. Takes under 15 minutes.

  --quick            1,000 and 100,000 authorizations, shorter: under 3 minutes
  --sizes 1000,100000,1000000
  --stores sqlite,postgres
  --seconds S        how long each work is measured
  --repetitions N    how often; the sizes take turns
  --data DIR         where the databases of SQLite are made
  --out FILE         where the result goes, without .json and .md (bench/results/latest-scale)`

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
const measuredMs = 1000 * Number(given.seconds ?? (given.quick ? 0.7 : 1.5))
const timing = { connections: 64, warmUpMs: measuredMs / 2, measuredMs }
const repetitions = Number(given.repetitions)

const folder = await mkdtemp(join(given.data, 'hufu-bench-scale-'))
const postgres = given.stores.includes('postgres') ? await startPostgres() : undefined
try {
  pinGenerator()
  const stores: ScaleResult['stores'][number][] = []
  for (const store of given.stores.split(',')) {
    const makePlace = placesIn(folder, store, postgres)
    stores.push({
      store,
      octets: await measureOctets(makePlace, given.quick ? [1, 10] : [1, 10, 100]),
      pruning: await measurePruning(makePlace, given.quick ? 10_000 : 100_000),
      ...(await measureGrowth(makePlace, sizes, timing, repetitions)),
    })
  }
  const command = ['npm run bench:scale', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
    ' ',
  )
  const result: ScaleResult = { made: circumstances(command, timing, repetitions, ['hufu']), sizes, stores }
  const markdown = toScaleMarkdown(result)
  await mkdir(dirname(given.out), { recursive: true })
  await writeFile(`${given.out}.json`, `${JSON.stringify(result, undefined, 1)}\n`)
  await writeFile(`${given.out}.md`, markdown)
  console.log(markdown)
} finally {
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
}
