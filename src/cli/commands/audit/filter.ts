import { accept, refuse } from '../../../base/result.ts'
import type { Result } from '../../../base/result.ts'
import { instant } from '../../../base/time.ts'
import type { Instant } from '../../../base/time.ts'
import type { Store } from '../../../ports/store.ts'
import type { AuditEvent } from '../../../protocol/audit-event.ts'
import type { StoreOptions } from '../../open-store.ts'

/** What of the audit is asked for, as it was typed. */
export interface FilterOptions extends StoreOptions {
  readonly since?: string
  readonly until?: string
  readonly type?: string
  readonly outcome?: string
  readonly client?: string
  readonly subject?: string
  readonly authorization?: string
}

export interface Filter {
  readonly since: Instant
  readonly until: Instant
  readonly matches: (event: AuditEvent) => boolean
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The error names the option. @param usualSince where `--since` is not given */
export function parseFilter(options: FilterOptions, usualSince: Instant, now: Instant): Result<Filter, string> {
  const since = options.since === undefined ? usualSince : parseTime(options.since, now)
  const until = options.until === undefined ? latest : parseTime(options.until, now)
  if (since === undefined) return refuse('--since')
  if (until === undefined) return refuse('--until')
  if (options.outcome !== undefined && !['done', 'refused'].includes(options.outcome)) return refuse('--outcome')
  const wanted = [
    [options.type, (event: AuditEvent) => event.type],
    [options.outcome, (event: AuditEvent) => event.outcome],
    [options.client, (event: AuditEvent) => event.clientId],
    [options.subject, (event: AuditEvent) => event.subject],
    [options.authorization, (event: AuditEvent) => event.authorizationId],
  ] as const
  const asked = wanted.filter(([value]) => value !== undefined)

  return accept({ since, until, matches: (event) => asked.every(([value, of]) => of(event) === value) })
}

const latest = instant(Number.MAX_SAFE_INTEGER)

/** `2027-03-31`, `2027-03-31T12:00:00Z`, or how long ago: `90s`, `15m`, `24h`, `7d`. */
function parseTime(raw: string, now: Instant): Instant | undefined {
  const ago = /^(\d{1,6})([smhd])$/.exec(raw)
  if (ago !== null) return instant(now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs])
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(raw)) return undefined
  const time = Date.parse(raw)

  return Number.isNaN(time) ? undefined : instant(time)
}

const page = 1000

/** Those that match, in the order of their ids, page by page as they are asked for. */
export async function* findEvents(store: Store, { since, until, matches }: Filter): AsyncGenerator<AuditEvent> {
  // Ids begin with their time, so that nothing older is read.
  let after: string | undefined = firstIdAt(since)
  for (;;) {
    const events: readonly AuditEvent[] = await store.listAudit(after, page)
    for (const event of events) if (event.at >= since && event.at < until && matches(event)) yield event
    after = events.at(-1)?.id
    if (events.length < page || after === undefined || after > firstIdAt(until)) return
  }
}

const firstIdAt = (time: Instant) =>
  Math.min(Math.max(0, time), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
    .padEnd(32, '0')
