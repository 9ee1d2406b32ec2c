import type { Octets } from '../scale/octets.ts'
import type { Pruning } from '../scale/pruning.ts'
import { measuredWorks } from '../scale/growth.ts'
import type { circumstances } from './result.ts'
import type { Spread } from './statistics.ts'
import { table } from './table.ts'

/** Everything of a run that is kept. */
export interface ScaleResult {
  readonly made: ReturnType<typeof circumstances>
  readonly sizes: readonly number[]
  readonly stores: readonly {
    readonly store: string
    /** For each size, by work. */
    readonly growth: readonly Readonly<Record<string, Spread>>[]
    readonly fillSeconds: readonly number[]
    readonly octets: readonly Octets[]
    readonly pruning: Pruning
  }[]
}

/** The result for people, in Markdown. */
export const toScaleMarkdown = ({ made, sizes, stores }: ScaleResult): string =>
  [
    '# Hufu with few and with many authorizations',
    '',
    `\`${made.command}\`, ${made.at}, commit ${made.commit}.`,
    '',
    `${made.processor}, ${made.cores} cores, ${made.system}, Node ${made.node}. ${made.repetitions} times ${made.measuredMs / 1000} s,`,
    'the sizes taking turns; medians, with least and most.',
    '',
    ...stores.flatMap(({ store, growth, fillSeconds, octets, pruning }) => [
      `## ${store}`,
      '',
      'Microseconds of processor time of the server for each request:',
      '',
      ...table(
        ['authorizations', ...measuredWorks, 'stored in'],
        [
          ...growth.map((by, at) => [
            sizes[at]!.toLocaleString('en'),
            ...measuredWorks.map((id) => spreadText(by[id])),
            `${fillSeconds[at]!.toFixed(0)} s`,
          ]),
          ['last / first', ...measuredWorks.map((id) => ratio(growth.at(-1)?.[id], growth[0]?.[id])), ''],
        ],
      ),
      '',
      'Octets of the table and its indexes for each live authorization:',
      '',
      ...table(
        ['refreshes of each', 'octets'],
        octets.map((each) => [String(each.refreshes), String(each.octets)]),
      ),
      '',
      `To remove ${pruning.authorizations.toLocaleString('en')} authorizations that are over, each with an access token, takes ` +
        `${pruning.seconds.toFixed(1)} s (${pruning.counted} rows or partitions counted).`,
      '',
    ]),
  ].join('\n')

const spreadText = (spread: Spread | undefined) =>
  spread === undefined ? '–' : `${spread.median.toFixed(0)} (${spread.least.toFixed(0)}–${spread.most.toFixed(0)})`

const ratio = (last: Spread | undefined, first: Spread | undefined) =>
  last === undefined || first === undefined ? '–' : (last.median / first.median).toFixed(2)
