/** `npm run bench:fleet`: see `usage` below. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openLoop } from './load/closed-loop.ts'
import type { Loop } from './load/closed-loop.ts'
import { createCountingRelay } from './load/counting-relay.ts'
import { openHufu } from './load/open-target.ts'
import { startPostgres } from './load/postgres.ts'
import { table } from './report/table.ts'
import type { Target } from './targets.ts'
import { works } from './works/index.ts'
import type { Work } from './works/work.ts'

const usage = `npm run bench:fleet -- [options]

One and two instances of Hufu over one PostgreSQL: requests per second, processor time of the instances for each request, and
what each request costs the database: statements and round trips, counted on the wire while one connection asks, and while 64 do.

  --seconds S      how long each work is measured (2)
  --out FILE       where the result goes, without .md (bench/results/latest-fleet)

Instances, database and generator share the processors of this machine: with few of them two instances cannot be twice as fast.`

const { values: given } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    out: { type: 'string', default: join(import.meta.dirname, 'results', 'latest-fleet') },
    help: { type: 'boolean', default: false },
  },
})
if (given.help) {
  console.log(usage)
  process.exit()
}

const connections = 64
const milliseconds = 1000 * Number(given.seconds)
const measured = works.filter(({ id }) => ['W1', 'W1o', 'W2', 'W3', 'W4', 'W5'].includes(id))

const folder = await mkdtemp(join(tmpdir(), 'hufu-bench-fleet-'))
const postgres = await startPostgres()
const relay = createCountingRelay(postgres.connect)
const instances: Target[] = []
try {
  const address = await postgres.createDatabase()
  const counted = (await postgres.listenAt(relay.server, 6432))(address)
  const one = await openHufu(folder, counted)
  instances.push(one)
  const alone = []
  for (const work of measured) alone.push({ ...(await ask(work, [one], 1)), wide: await ask(work, [one], connections) })
  await one.process.stop()
  instances.length = 0

  const first = await openHufu(folder, address)
  instances.push(first)
  const issuer = `http://127.0.0.1:${first.places.port}`
  // People sign in at the issuer's address; the session is in the database.
  instances.push({ ...(await openHufu(folder, address, issuer)), cookie: first.cookie })
  const rows = []
  for (const [at, work] of measured.entries()) {
    const single = await ask(work, [first], connections)
    const both = await ask(work, instances, connections)
    const { statements, roundTrips, wide } = alone[at]!
    rows.push([
      `${work.id} ${work.title}`,
      `${statements.toFixed(2)} / ${roundTrips.toFixed(2)}`,
      `${wide.statements.toFixed(2)} / ${wide.roundTrips.toFixed(2)}`,
      Math.round(single.perSecond).toLocaleString('en'),
      Math.round(both.perSecond).toLocaleString('en'),
      single.cpu.toFixed(0),
      both.cpu.toFixed(0),
    ])
  }
  const head = [
    'work',
    'statements / round trips, 1 connection',
    'the same, 64 connections',
    'per second, one instance',
    'two',
    'µs per request, one',
    'two',
  ]
  const markdown = ['# One and two instances on PostgreSQL', '', ...table(head, rows), ''].join('\n')
  await mkdir(dirname(given.out), { recursive: true })
  await writeFile(`${given.out}.md`, markdown)
  console.log(markdown)
} finally {
  for (const { process: child } of instances) await child.stop()
  relay.server.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

async function ask(work: Work, targets: readonly Target[], width: number) {
  const each = Math.max(1, Math.floor(width / targets.length))
  const loops: Loop[] = []
  for (const target of targets) {
    const { lanes } = await work.prepare(target, each, milliseconds * 1.5)
    loops.push(await openLoop(target.places.port, lanes))
  }
  const run = (time: number) => Promise.all(loops.map((loop) => loop.run(time)))
  const used = async () => (await Promise.all(targets.map((target) => target.process.usage()))).map(({ cpu }) => cpu)
  await run(milliseconds / 2)
  relay.take()
  const before = await used()
  const stretches = await run(milliseconds)
  const after = await used()
  const { statements, roundTrips } = relay.take()
  for (const loop of loops) loop.close()
  const requests = stretches.reduce((sum, stretch) => sum + stretch.requests, 0)

  return {
    perSecond: stretches.reduce((sum, stretch) => sum + stretch.requests / stretch.seconds, 0),
    cpu: after.reduce((sum, cpu, at) => sum + cpu - before[at]!, 0) / requests,
    statements: statements / requests,
    roundTrips: roundTrips / requests,
  }
}
