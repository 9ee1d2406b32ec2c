/**
 * Which requirement is proved by which test. Usage: npm run trace [-- --write]
 *
 * Fails on an id that nothing defines, on one listed as open that has a test, and on a row of what has to be complete (CORE and
 * MUST-HAVE, and the attacks on them) with neither a test nor a reason. `--write` renews docs/conformance/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAllTests, type TracedTest } from './trace-tests.ts'

type Area = { readonly area: string; readonly title: string; readonly priority: string }
type Row = { readonly id: string; readonly area: string; readonly strength: string; readonly role: string }
type Open = { readonly ids: Readonly<Record<string, string>>; readonly areas: Readonly<Record<string, string>> }

/** Areas of the requirements that are held to completely, and those of attacks on what they describe. */
const attacksOnThem = 'RU AZ PK CD RT CA JW DP RQ RG DV GR IN RS HT'.split(' ')

const root = join(import.meta.dirname, '..')
const folder = join(root, 'docs/conformance')
const { areas, rows } = read('requirements.json') as { areas: Area[]; rows: Row[] }
const open = read('open.json') as Open
const complete = [
  ...areas.filter(({ priority }) => priority === 'CORE' || priority === 'MUST-HAVE').map(({ area }) => area),
  ...attacksOnThem,
]

const tests = readAllTests(root)
const proofs = Map.groupBy(
  tests.flatMap((test) => test.ids.map((id) => ({ id, test }))),
  ({ id }) => id,
)
const known = new Set(rows.map(({ id }) => id))
const faults = [
  ...tests.flatMap(({ file, title, ids }) =>
    ids.filter((id) => !known.has(id)).map((id) => `unknown id ${id} in ${file}: ${title}`),
  ),
  ...Object.keys(open.ids).flatMap((id) => {
    if (!known.has(id)) return [`unknown id ${id} in docs/conformance/open.json`]
    return proofs.has(id) ? [`${id} has a test; take it out of docs/conformance/open.json`] : []
  }),
  ...rows
    .filter((row) => complete.includes(row.area) && !proofs.has(row.id) && reasonOf(row) === undefined)
    .map(({ id }) => `${id} has neither a test nor a reason in docs/conformance/open.json`),
]

for (const area of areas) {
  const mine = rows.filter((row) => row.area === area.area)
  const tested = mine.filter(({ id }) => proofs.has(id)).length
  console.log(`${area.area.padEnd(6)}${`${tested}/${mine.length}`.padStart(8)}  ${area.title}`)
}
console.log('\nOpen rows of what has to be complete; the reasons are in docs/conformance/open.json:')
for (const area of complete) {
  const missing = rows.filter((row) => row.area === area && !proofs.has(row.id))
  console.log(`${area.padEnd(6)}${String(missing.length).padStart(4)}  ${missing.map(({ id }) => id).join(' ')}`)
}
const total = rows.filter(({ id }) => proofs.has(id)).length
console.log(`\n${total} of ${rows.length} rows have a test; ${tests.length} tests name a row`)

const page = join(folder, 'README.md')
if (process.argv.includes('--write')) writeFileSync(page, table())
else if (readFileSync(page, 'utf8') !== table())
  console.log('docs/conformance/README.md is behind: npm run trace -- --write')
for (const fault of faults) console.error(`trace: ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

function reasonOf(row: Row): string | undefined {
  return open.ids[row.id] ?? open.areas[row.area]
}

function table(): string {
  const sections = areas.map((area) => {
    const lines = rows
      .filter((row) => row.area === area.area)
      .map((row) => `| ${row.id} | ${row.role} | ${row.strength} | ${proofOf(row)} |`)
    return [
      `## ${area.area}: ${area.title}`,
      '',
      '| id | role | strength | proved by |',
      '|---|---|---|---|',
      ...lines,
    ].join('\n')
  })
  const head = [
    '# Requirements and their tests',
    '',
    'Made by `npm run trace -- --write`; do not edit. `open` is a row without a test, with the reason where one is known.',
  ]
  return `${[head.join('\n'), ...sections].join('\n\n')}\n`
}

function proofOf(row: Row): string {
  const found = proofs.get(row.id)
  if (found === undefined) return `open${reasonOf(row) === undefined ? '' : `: ${reasonOf(row)}`}`

  const shown = [...new Set(found.map(({ test }) => nameOf(test)))]
  return shown.length > 4 ? `${shown.slice(0, 4).join('<br>')}<br>and ${shown.length - 4} more` : shown.join('<br>')
}

function nameOf({ file, title }: TracedTest): string {
  return `${file}: ${title.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')}`
}
