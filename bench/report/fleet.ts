import type { circumstances } from './result.ts'
import { table } from './table.ts'

export interface Measured {
  readonly perSecond: number
  /** Microseconds of the instances' processor time for each request. */
  readonly cpu: number
  /** For each request, what the instances do by themselves included. */
  readonly statements: number
  readonly roundTrips: number
  /** Of transactions that wrote. */
  readonly commits: number
  /** The part of all processors' time in which they were not idle. */
  readonly busy: number
}

export interface FleetRow {
  readonly work: string
  readonly title: string
  /** One instance, one connection. */
  readonly narrow: Measured
  /** One instance, 64 connections. */
  readonly wide: Measured
  readonly one: Measured
  readonly two: Measured
  /** With instances that run for a share of the time. */
  readonly oneInShare: Measured
  readonly twoInShare: Measured
}

export interface FleetResult {
  readonly made: ReturnType<typeof circumstances> & { readonly share: number }
  readonly rows: readonly FleetRow[]
}

/** The result for people, in Markdown. */
export const fleetToMarkdown = ({ made, rows }: FleetResult): string =>
  [
    '# One and two instances on PostgreSQL',
    '',
    `\`${made.command}\`, ${made.at}, commit ${made.commit}.`,
    '',
    `${made.processor}, ${made.cores} cores, ${made.system}, Node ${made.node}. Instances, database and generator share the machine.`,
    '',
    '## What a request costs the database',
    '',
    'Counted on the wire between one instance and its database: statements / round trips / commits of transactions that wrote, for each',
    'request. What an instance does by itself now and then is included. A transaction that many share begins and ends with a statement of its own.',
    '',
    ...table(
      ['work', '1 connection', '64 connections'],
      rows.map(({ work, title, narrow, wide }) => [`${work} ${title}`, countsOf(narrow), countsOf(wide)]),
    ),
    '',
    '## What two instances serve of what one serves',
    '',
    'Requests per second, and microseconds of processor time of the instances for each request. On the left the instances take what they',
    'can get, and with few processors the machine is the limit: two cannot serve twice as much, but a request costs them no more.',
    `On the right each instance may run for ${Math.round(made.share * 100)} % of the time only (it is stopped in between), with 32 connections each, so that`,
    'each has a capacity of its own and the machine is not the limit: "busy" is how much of all processors was in use by two.',
    '',
    ...table(
      ['work', 'one', 'two', 'µs, one', 'µs, two', 'one in its share', 'two in theirs', 'two / one', 'busy'],
      rows.map(({ work, title, one, two, oneInShare, twoInShare }) => [
        `${work} ${title}`,
        whole(one.perSecond),
        whole(two.perSecond),
        whole(one.cpu),
        whole(two.cpu),
        whole(oneInShare.perSecond),
        whole(twoInShare.perSecond),
        (twoInShare.perSecond / oneInShare.perSecond).toFixed(2),
        `${Math.round(twoInShare.busy * 100)} %`,
      ]),
    ),
    '',
  ].join('\n')

const countsOf = ({ statements, roundTrips, commits }: Measured) =>
  [statements, roundTrips, commits].map((each) => each.toFixed(2)).join(' / ')

const whole = (value: number) => Math.round(value).toLocaleString('en')
