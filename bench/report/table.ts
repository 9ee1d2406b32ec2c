import type { GuardRow, Result, Row } from './result.ts'
import type { Spread } from './statistics.ts'
import { bareOf, barePost, limits } from './targets.ts'

/** The result for people, in Markdown. */
export function toMarkdown({ made, rows, guard }: Result): string {
  const packages = Object.entries(made.packages).map(([name, version]) => `${name} ${version}`)
  const pinned = made.pinned ? 'servers on core 0, generator on core 1' : 'processes not pinned to cores'

  return [
    '# Benchmark',
    '',
    `\`${made.command}\`, ${made.at}, commit ${made.commit}.`,
    '',
    `${made.processor}, ${made.cores} cores, ${made.system}, Node ${made.node}; ${packages.join(', ')}; ${pinned}.`,
    `${made.connections} connections, each with one request under way; ${made.repetitions} times ${made.measuredMs / 1000} s after ${made.warmUpMs / 1000} s`,
    'of warming up, the servers taking turns; every answer checked. Times move by 10 to 25 % from run to run on a shared machine: the ratios',
    'within one run are what counts.',
    '',
    '## Processor time of the server for each request, in microseconds (median, least to most)',
    '',
    ...table(
      [
        'work',
        'bare',
        'oidc-provider',
        'node-oauth2-server',
        'hufu',
        'limit',
        'scaled',
        'hufu / bare',
        'oidc-provider / hufu',
      ],
      [...works(rows).map((work) => costs(work, rows)), ...guardCosts(guard)],
    ),
    '',
    '`bare` is `node:http` reading a form and answering JSON (W6: GET); of W7 it is one ES256 verification, and the peer is `jose`.',
    'node-oauth2-server keeps everything in memory and gives opaque tokens only. The limit is that of the project, in microseconds of the',
    'machine it was made on; scaled is what it comes to here by what the bare server takes, which cannot tell how fast signatures, the disk',
    'and SQLite are.',
    '',
    '## Requests per second, and milliseconds from request to answer',
    '',
    ...table(
      ['work', 'server', 'per second', 'p50', 'p99', 'RSS in MB', 'requests'],
      rows.map((row) => [
        row.work,
        row.server,
        Math.round(row.perSecond.median).toLocaleString('en'),
        row.p50.median.toFixed(1),
        row.p99.median.toFixed(1),
        Math.round(row.rss.median).toString(),
        row.requests.toLocaleString('en'),
      ]),
    ),
    '',
  ].join('\n')
}

const works = (rows: readonly Row[]) => [...new Set(rows.map(({ work }) => work))]

function costs(work: string, rows: readonly Row[]): string[] {
  const of = (server: string, id = work) => rows.find((row) => row.work === id && row.server === server)?.cpu
  const bare = of('bare') ?? of('bare', 'W1')
  const title = rows.find((row) => row.work === work)?.title ?? ''

  return [
    `${work} ${title}`,
    show(bare),
    show(of('oidc-provider')),
    show(of('node-oauth2-server')),
    show(of('hufu')),
    ...limitsOf(work, bare),
    ratio(of('hufu'), bare),
    ratio(of('oidc-provider'), of('hufu')),
  ]
}

function guardCosts(guard: readonly GuardRow[]): string[][] {
  const of = (by: string) => guard.find((row) => row.by === by)
  const [bare, jose, hufu] = [of('bare'), of('jose'), of('hufu')]
  if (hufu === undefined) return []
  const row = (kind: 'first' | 'repeated', title: string) => [
    `W7 guard, ${title}`,
    show(bare?.[kind]),
    `${show(jose?.[kind])} (jose)`,
    '–',
    show(hufu[kind]),
    ...limitsOf(`W7 ${kind}`, kind === 'first' ? bare?.first : undefined),
    ratio(hufu[kind], bare?.[kind]),
    ratio(jose?.[kind], hufu[kind]),
  ]

  return [row('first', 'a JWT not seen before'), row('repeated', 'the same again')]
}

/** As it is, and scaled by what the bare server takes here. */
function limitsOf(work: string, bare: Spread | undefined): readonly [string, string] {
  const limit = limits[work]
  if (limit === undefined) return ['–', '–']
  if (bare === undefined) return [String(limit), '–']

  return [String(limit), Math.round((limit * bare.median) / (bareOf[work] ?? barePost)).toString()]
}

const show = (spread: Spread | undefined) =>
  spread === undefined ? '–' : `${round(spread.median)} (${round(spread.least)}–${round(spread.most)})`

const round = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toString())

const ratio = (a: Spread | undefined, b: Spread | undefined) =>
  a === undefined || b === undefined ? '–' : (a.median / b.median).toFixed(1)

export const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
