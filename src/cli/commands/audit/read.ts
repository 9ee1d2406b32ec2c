import { setTimeout as pause } from 'node:timers/promises'
import { instant } from '../../../base/time.ts'
import type { Instant } from '../../../base/time.ts'
import type { AuditEvent } from '../../../protocol/audit-event.ts'
import { machineClock } from '../../../server/compose.ts'
import type { Context } from '../../context.ts'
import { withStore } from '../../open-store.ts'
import { done, exits } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'
import { untilStopped } from '../../shutdown.ts'
import { findEvents, parseFilter } from './filter.ts'
import type { Filter, FilterOptions } from './filter.ts'
import { csvHeader, safeJson, toCsv, toJson, toLine } from './format.ts'

const dayMs = 86_400_000
const pollMs = 1000
/** What is committed late may have an id this much older than what was shown. */
const lateMs = 10_000

/** The last `limit` that match. */
export const searchAudit = (options: FilterOptions & { readonly limit: number }, context: Context) =>
  reading(options, -dayMs, context, async (filter, store) => {
    const last: AuditEvent[] = []
    for await (const event of findEvents(store, filter)) {
      last.push(event)
      if (last.length > options.limit) last.shift()
    }
    if (context.asJson)
      context.out(`${safeJson({ items: last.map((event) => JSON.parse(toJson(event)) as unknown) })}\n`)
    else for (const event of last) context.out(`${toLine(event)}\n`)
  })

/** All that match, as JSON lines or CSV, as they are read. */
export const exportAudit = (options: FilterOptions & { readonly csv?: boolean }, context: Context) =>
  reading(options, 0 - Number.MAX_SAFE_INTEGER, context, async (filter, store) => {
    if (options.csv === true) context.out(`${csvHeader}\n`)
    const format = options.csv === true ? toCsv : toJson
    for await (const event of findEvents(store, filter)) context.out(`${format(event)}\n`)
  })

/** What matches from now on, until it is stopped. */
export const tailAudit = (options: FilterOptions, context: Context, stopped: Promise<void> = untilStopped()) =>
  reading(options, 0, context, async (filter, store) => {
    let isOver = false
    void stopped.then(() => (isOver = true))
    let shown = new Map<string, Instant>()
    while (!isOver) {
      const from = instant(Math.max(filter.since, shown.size === 0 ? 0 : machineClock() - lateMs))
      for await (const event of findEvents(store, { ...filter, since: from })) {
        if (shown.has(event.id)) continue
        shown.set(event.id, event.at)
        context.out(`${context.asJson ? toJson(event) : toLine(event)}\n`)
      }
      shown = new Map([...shown].filter(([, at]) => at >= machineClock() - 2 * lateMs))
      await Promise.race([stopped, pause(pollMs, undefined, { ref: false })])
    }
  })

/** @param usualSince from now, in milliseconds, where `--since` is not given */
async function reading(
  options: FilterOptions,
  usualSince: number,
  context: Context,
  read: (filter: Filter, store: Parameters<typeof findEvents>[0]) => Promise<void>,
): Promise<Outcome> {
  const now = machineClock()
  const filter = parseFilter(options, instant(now + usualSince), now)
  if (!filter.ok) {
    context.err(`hufu: ${context.words.audit.badFilter(filter.error)}\n`)
    return { kind: 'failed', exit: exits.usage, faults: [] }
  }

  return withStore(options, context, async (store) => {
    await read(filter.value, store)

    return done
  })
}
