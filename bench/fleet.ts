/** `npm run bench:fleet`: see `usage` below. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openLoop } from './load/closed-loop.ts'
import type { Loop } from './load/closed-loop.ts'
import { createCountingRelay } from './load/counting-relay.ts'
import { openHufu } from './load/open-target.ts'
import { execute, startPostgres } from './load/postgres.ts'
import { shareTime } from './load/share-of-time.ts'
import { fleetToMarkdown } from './report/fleet.ts'
import type { FleetRow, Measured } from './report/fleet.ts'
import { circumstances } from './report/result.ts'
import type { Target } from './targets.ts'
import { works } from './works/index.ts'
import type { Work } from './works/work.ts'

const usage = `npm run bench:fleet -- [options]

One and two instances of Hufu over one PostgreSQL. What a request costs the database, counted on the wire: statements, round trips
and commits, while one connection asks and while 64 do. Requests per second and processor time of the instances for each
request, one instance and two. And the same with instances that may run for a share of the time only, so that each has a capacity
of its own and nothing they have in common is the limit: there two should serve twice as much as one.

  --seconds S   how long each work is measured (2)
  --share P     per cent of the time that an instance may run in the last part (15)
  --works W2,W3 only these
  --out FILE    where the result goes, without .json and .md (bench/results/latest-fleet, which git does not keep)`

const { values: given } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    share: { type: 'string', default: '15' },
    works: { type: 'string', default: 'W1,W1o,W2,W3,W4,W5' },
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
const share = Number(given.share) / 100
const measured = works.filter(({ id }) => given.works.split(',').includes(id))

const folder = await mkdtemp(join(tmpdir(), 'hufu-bench-fleet-'))
const postgres = await startPostgres()
const relay = createCountingRelay(postgres.connect)
const instances: Target[] = []
let address = ''
try {
  address = await postgres.createDatabase()
  const counted = (await postgres.listenAt(relay.server, 6432))(address)
  const one = await openHufu(folder, counted)
  instances.push(one)
  const costs = new Map<Work, Pick<FleetRow, 'narrow' | 'wide'>>()
  for (const work of measured)
    costs.set(work, { narrow: await ask(work, [one], 1), wide: await ask(work, [one], connections) })
  await one.process.stop()
  instances.length = 0

  const first = await openHufu(folder, address)
  instances.push(first)
  const issuer = `http://127.0.0.1:${first.places.port}`
  // People sign in at the issuer's address; the session is in the database.
  instances.push({ ...(await openHufu(folder, address, issuer)), cookie: first.cookie })
  const rows: FleetRow[] = []
  for (const work of measured) {
    rows.push({
      work: work.id,
      title: work.title,
      ...costs.get(work)!,
      one: await ask(work, [first], connections),
      two: await ask(work, instances, connections / 2),
      oneInShare: await ask(work, [first], connections / 2, share),
      twoInShare: await ask(work, instances, connections / 2, share),
    })
    console.error(`${work.id} ${work.title}`)
  }
  const result = {
    made: {
      ...circumstances(
        ['npm run bench:fleet', ...process.argv.slice(2)].join(' '),
        { connections, warmUpMs: milliseconds / 2, measuredMs: milliseconds },
        1,
        ['pg'],
      ),
      share,
    },
    rows,
  }
  const markdown = fleetToMarkdown(result)
  await mkdir(dirname(given.out), { recursive: true })
  await writeFile(`${given.out}.json`, `${JSON.stringify(result, undefined, 2)}\n`)
  await writeFile(`${given.out}.md`, markdown)
  console.log(markdown)
} finally {
  for (const { process: child } of instances) await child.stop()
  relay.server.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

/** @param width connections to each */
async function ask(work: Work, targets: readonly Target[], width: number, mayRun = 1): Promise<Measured> {
  const loops: Loop[] = []
  for (const target of targets) {
    const { lanes } = await work.prepare(target, width, milliseconds * 1.5)
    loops.push(await openLoop(target.places.port, lanes))
  }
  const run = (time: number) => Promise.all(loops.map((loop) => loop.run(time)))
  const used = async () => (await Promise.all(targets.map((target) => target.process.usage()))).map(({ cpu }) => cpu)
  const release =
    mayRun < 1
      ? shareTime(
          targets.map((target) => target.process.pid),
          mayRun,
        )
      : async () => {}
  await run(milliseconds / 2)
  relay.take()
  const [cpuBefore, writesBefore, machineBefore] = [await used(), await countWrites(), machineTime()]
  const stretches = await run(milliseconds)
  const machineAfter = machineTime()
  await release()
  const [cpuAfter, writesAfter] = [await used(), await countWrites()]
  const { statements, roundTrips } = relay.take()
  for (const loop of loops) loop.close()
  const requests = stretches.reduce((sum, stretch) => sum + stretch.requests, 0)

  return {
    perSecond: stretches.reduce((sum, stretch) => sum + stretch.requests / stretch.seconds, 0),
    cpu: cpuAfter.reduce((sum, cpu, at) => sum + cpu - cpuBefore[at]!, 0) / requests,
    statements: statements / requests,
    roundTrips: roundTrips / requests,
    commits: (writesAfter - writesBefore) / requests,
    busy: (machineAfter.busy - machineBefore.busy) / (machineAfter.all - machineBefore.all),
  }
}

/** Numbers of transactions are given to those that write, one after the other. */
async function countWrites(): Promise<number> {
  const [row] = await execute(address, 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next')

  return Number((row as { readonly next: string }).next)
}

/** Of all processors, since they were started. */
function machineTime() {
  const times = cpus().map((each) => each.times)
  const all = times.reduce((sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle, 0)

  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) }
}
