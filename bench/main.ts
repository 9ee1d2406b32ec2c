/** `npm run bench`: see `usage` below. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureGuard, deciders } from './guard.ts'
import type { GuardSample } from './guard.ts'
import { openTarget } from './load/open-target.ts'
import { pinGenerator, startServer } from './load/server-process.ts'
import { measure } from './measure.ts'
import type { Sample } from './measure.ts'
import { circumstances } from './report/result.ts'
import type { Result } from './report/result.ts'
import { spreadOf } from './report/statistics.ts'
import { toMarkdown } from './report/table.ts'
import { servers } from './targets.ts'
import type { Target } from './targets.ts'
import { works } from './works/index.ts'

const usage = `npm run bench -- [options]

Measures what one request costs Hufu, and beside it oidc-provider over SQLite with the same durability, node-oauth2-server in
memory and a bare node:http server: processor time of the server, requests per second, time to answer, memory. Every answer is
checked; a wrong one ends the run. Installs nothing, listens on 127.0.0.1 only, keeps its data in the system's temporary folder.

  --quick             under 2 minutes instead of under 15: shorter, fewer repetitions
  --works W1,W6       only these of ${works.map(({ id }) => id).join(', ')}, W7
  --servers hufu,bare only these of ${servers.map(({ name }) => name).join(', ')}
  --repetitions N     how often each work is measured on each server
  --seconds S         how long each time
  --connections N     requests under way at once (64)
  --data DIR          where the databases are made
  --out FILE          where the result goes, without .json and .md (bench/results/latest, which git does not keep)
  --profile N         names the N functions that took most time of each work

Durable writes are as fast as the disk of the data folder syncs: a folder in memory makes them look faster than they are.`

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    works: { type: 'string' },
    servers: { type: 'string' },
    repetitions: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '64' },
    data: { type: 'string', default: tmpdir() },
    out: { type: 'string', default: join(import.meta.dirname, 'results', 'latest') },
    profile: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
})
if (given.help) {
  console.log(usage)
  process.exit()
}

const repetitions = Number(given.repetitions ?? (given.quick ? 2 : 5))
const measuredMs = 1000 * Number(given.seconds ?? (given.quick ? 0.7 : 2.5))
const timing = { connections: Number(given.connections), warmUpMs: measuredMs / 2.5, measuredMs }
const chosenWorks = choose('works', [...works.map(({ id }) => id), 'W7'], given.works)
const chosenServers = choose(
  'servers',
  servers.map(({ name }) => name),
  given.servers,
)

const folder = await mkdtemp(join(given.data, 'hufu-bench-'))
const targets: Target[] = []
try {
  pinGenerator()
  for (const server of servers.filter(({ name }) => chosenServers.includes(name)))
    targets.push(await openTarget(server, [folder]))
  const samples = new Map<string, Sample[]>()
  const guardSamples: GuardSample[] = []
  const hufu = targets.find(({ name }) => name === 'hufu')
  const guard = chosenWorks.includes('W7') && hufu !== undefined ? await startServer('guard.ts') : undefined

  // Servers take turns within each repetition, so that what else the machine does meets all of them.
  for (let round = 1; round <= repetitions; round++) {
    for (const work of works.filter(({ id }) => chosenWorks.includes(id))) {
      for (const target of targets.filter(({ places, name }) => work.isDoneBy(places, name))) {
        const sample = await measure(work, target, timing, round === repetitions ? Number(given.profile) : 0)
        keep(samples, `${work.id} ${target.name}`, sample)
        progress(`${round}/${repetitions} ${work.id} ${target.name}: ${sample.cpu.toFixed(1)} µs`)
      }
    }
    if (guard !== undefined) guardSamples.push(...(await measureGuard(guard, hufu!, Math.ceil(measuredMs * 0.6))))
  }
  await guard?.stop()
  progress('')

  await report({
    made: circumstances(
      ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
      timing,
      repetitions,
      [...targets.flatMap((each) => each.package ?? []), ...(guard === undefined ? [] : ['jose'])],
    ),
    rows: works.flatMap((work) =>
      targets.flatMap((target) => {
        const of = samples.get(`${work.id} ${target.name}`)
        if (of === undefined) return []
        const spread = (key: keyof Sample) => spreadOf(of.map((each) => each[key]))

        return {
          work: work.id,
          title: work.title,
          server: target.name,
          cpu: spread('cpu'),
          perSecond: spread('perSecond'),
          p50: spread('p50'),
          p99: spread('p99'),
          rss: spreadOf(of.map(({ rss }) => rss / 1e6)),
          requests: of.reduce((sum, each) => sum + each.requests, 0),
        }
      }),
    ),
    guard:
      guard === undefined
        ? []
        : deciders.map((by) => {
            const of = guardSamples.filter((each) => each.by === by)

            return {
              by,
              first: spreadOf(of.map(({ first }) => first)),
              repeated: spreadOf(of.map(({ repeated }) => repeated)),
            }
          }),
  })
} finally {
  for (const { process: child } of targets) await child.stop()
  await rm(folder, { recursive: true, force: true })
}

async function report(result: Result): Promise<void> {
  const markdown = toMarkdown(result)
  await mkdir(dirname(given.out), { recursive: true })
  await writeFile(`${given.out}.json`, `${JSON.stringify(result, rounded, 1)}\n`)
  await writeFile(`${given.out}.md`, markdown)
  console.log(markdown)
  console.log(`kept as ${given.out}.json and .md`)
}

/** Three digits are more than the machine is steady to. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}

function choose(option: string, known: readonly string[], list: string | undefined): readonly string[] {
  const chosen = list?.split(',') ?? known
  const wrong = chosen.find((each) => !known.includes(each))
  if (wrong === undefined) return chosen
  console.error(`--${option}: ${wrong} is none of ${known.join(', ')}`)
  process.exit(2)
}

function keep<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  map.set(key, [...(map.get(key) ?? []), value])
}

/** On a terminal one line that changes, elsewhere nothing: the result is what is read. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}
