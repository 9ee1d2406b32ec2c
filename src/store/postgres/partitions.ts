import { instant } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import { keepUsedCodesMs } from '../retention.ts'
import type { Database, Run } from './database.ts'
import { isForAnotherTime } from './errors.ts'
import { plain, sql } from './sql.ts'

/** A table that is cut by the time in its ids, so that what has expired leaves all at once, with its files. */
export interface Partitioned {
  readonly table: string
  readonly widthMs: number
  /** How long a row stays after its `expires_at`. */
  readonly keepMs: number
  /** How full pages are made, in per cent: what will be updated needs room beside it. */
  readonly fill: number
}

interface Range {
  readonly from: Instant
  readonly to: Instant
}

interface Partition extends Range {
  readonly name: string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * Wide enough that there are few, since each is one more for PostgreSQL to plan with; narrow enough that what is dead does
 * not stay for long. What a client may hold for a month keeps its day for a month.
 *
 * The others are not cut. `devices`, `used_once`, `attempts` and `sessions` are unique by something that does not rise
 * with time, and what is unique in a table that is cut has to hold the key of the cut: there a code could be used once in
 * each part. `authorizations` live for as long as they are used. Their rows are deleted, so many at a time.
 */
export const partitioned: readonly Partitioned[] = [
  { table: 'codes', widthMs: hourMs, keepMs: keepUsedCodesMs, fill: 60 },
  { table: 'transactions', widthMs: hourMs, keepMs: 0, fill: 60 },
  { table: 'pushed_requests', widthMs: hourMs, keepMs: 0, fill: 100 },
  { table: 'opaque_tokens', widthMs: dayMs, keepMs: 0, fill: 100 },
  { table: 'revoked_tokens', widthMs: dayMs, keepMs: 0, fill: 100 },
]

/** Where every row goes that has no partition: of a clock that is far off, or where none could be made. Never dropped. */
export const restOf = (table: string) => `${table}_rest`

/** Made so long before the first row comes. */
const aheadMs = 3 * hourMs

/** An instance whose clock runs so much behind still finds the partition of its time. */
const skewMs = hourMs

/** A partition of more rows counts as this many: the last word is not worth reading all of a large table. */
const mostCounted = 1_000_000

/** Whoever asks for the table waits behind who changes it: so that gives up soon, and tries again at the next round. */
const patience = plain(`SET LOCAL lock_timeout = 100; SET LOCAL statement_timeout = 500`)

/**
 * Makes the partitions that will be needed, on whichever instance is the first to try. That it cannot be done now, or not by
 * this role, does no harm: rows go to the rest then, and leave one by one.
 */
export const makePartitions = (database: Database): Promise<void> =>
  unlessAnotherTime(async () => {
    for (const each of partitioned) {
      const { clock, partitions } = await load(database.run, each.table)
      const there = new Set(partitions.map(({ from }) => from))
      const missing = neededAt(clock, each.widthMs).filter(({ from }) => !there.has(from))
      if (missing.length > 0) await make(database, each, missing)
    }
  })

/** Drops the partitions in which nothing lives, likewise. @returns how many rows left with them */
export async function dropPartitions(database: Database, now: Instant): Promise<number> {
  let count = 0
  await unlessAnotherTime(async () => {
    for (const each of partitioned) {
      const { clock, partitions } = await load(database.run, each.table)
      for (const partition of partitions)
        if (partition.to <= clock - skewMs && !(await livesIn(database.run, partition, each, now)))
          count += await drop(database, partition, each, now)
    }
  })

  return count
}

async function unlessAnotherTime(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isForAnotherTime(error)) throw error
  }
}

/** The ranges that rows of now and soon fall into. */
export function neededAt(clock: Instant, widthMs: number): readonly Range[] {
  const ranges: Range[] = []
  for (let from = Math.floor((clock - skewMs) / widthMs) * widthMs; from < clock + aheadMs; from += widthMs)
    ranges.push({ from: instant(from), to: instant(from + widthMs) })

  return ranges
}

/** The table itself is locked for no more than a moment, and no row of it moves. */
export async function make(
  { transaction }: Database,
  { table, fill }: Partitioned,
  ranges: readonly Range[],
): Promise<void> {
  const rest = restOf(table)
  await transaction(async ({ run }) => {
    if (!(await hasTurn(run))) return
    await run(patience)
    for (const range of ranges) {
      const [name, from, to] = [nameOf(table, range), boundAt(range.from), boundAt(range.to)]
      const { count } = await run(plain(`SELECT FROM ${rest} WHERE id >= ${from} AND id < ${to} LIMIT 1`))
      // They leave one by one. To move them, all that is asked meanwhile would have to wait.
      if (count > 0) continue
      await run(
        plain(`
          CREATE TABLE ${name} (LIKE ${rest} INCLUDING ALL) WITH (fillfactor = ${fill});
          ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})
        `),
      )
    }
  })
}

/** Asked again once nothing can come in any more. Counted before, while nobody waits for it. */
async function drop(
  { run: runAlone, transaction }: Database,
  partition: Partition,
  each: Partitioned,
  now: Instant,
): Promise<number> {
  const { name } = partition
  const count = await countRows(runAlone, name)

  return transaction(async ({ run, undo }) => {
    if (!(await hasTurn(run))) return 0
    await run(patience)
    await run(plain(`ALTER TABLE ${each.table} DETACH PARTITION ${name}`))
    if (await livesIn(run, partition, each, now)) {
      undo()
      return 0
    }
    await run(plain(`DROP TABLE ${name}`))

    return count
  })
}

async function countRows(run: Run, name: string): Promise<number> {
  const { rows } = await run(sql`
    SELECT count(*) AS count FROM (SELECT FROM ${plain(name)} LIMIT ${mostCounted}) AS rows
  `)

  return (rows[0] as { readonly count: number }).count
}

const hasTurn = async (run: Run) =>
  (await run(plain(`SELECT FROM turns WHERE name = 'partitions' FOR UPDATE SKIP LOCKED`))).count === 1

async function livesIn(run: Run, { name }: Partition, { keepMs }: Partitioned, now: Instant): Promise<boolean> {
  const { count } = await run(sql`SELECT FROM ${plain(name)} WHERE expires_at > ${now - keepMs} LIMIT 1`)

  return count > 0
}

/** By the clock of the database, on which all instances agree. */
async function load(run: Run, table: string) {
  const { rows } = await run(sql`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS clock, relname AS name
    FROM (VALUES (1)) AS once LEFT JOIN (pg_inherits JOIN pg_class ON pg_class.oid = inhrelid)
      ON inhparent = ${table}::regclass
  `)
  const found = rows as readonly { readonly clock: Instant; readonly name: string | null }[]

  return {
    clock: found[0]!.clock,
    partitions: found.flatMap(({ name }) => rangeOf(table, name ?? '') ?? []),
  }
}

/** `codes_20261125_1400_60`: when it begins, in UTC, and how many minutes it is wide. */
const nameOf = (table: string, { from, to }: Range) =>
  `${table}_${new Date(from).toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '_')}_${(to - from) / 60_000}`

function rangeOf(table: string, name: string): Partition | undefined {
  const [, year, month, day, hour, minute, width] =
    /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)_(\d+)$/.exec(name.slice(table.length + 1))?.map(Number) ?? []
  if (year === undefined) return undefined
  const from = Date.UTC(year, month! - 1, day, hour, minute)

  return { name, from: instant(from), to: instant(from + width! * 60_000) }
}

/** Before every id of that millisecond: the 48 bits of time that a UUID of version 7 begins with. */
const boundAt = (time: Instant) => `'\\x${time.toString(16).padStart(12, '0')}'`
