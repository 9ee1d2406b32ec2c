import type { AuditEvent } from '../../protocol/audit-event.ts'
import { createSeries, sample } from './sample.ts'
import type { Sample } from './sample.ts'

/** Counts what the audit is told of, by words of ours. */
export function createEventCounts() {
  const series = createSeries(() => ({ count: 0 }))

  return {
    count({ type, outcome, reason, grantType }: AuditEvent): void {
      // What was done has ids for a reason at times, as of keys; of a refusal the first word is ours.
      const word = outcome === 'refused' ? (reason?.split(' ', 1)[0] ?? '') : ''
      series.find([type, outcome, word, grantType ?? '']).count += 1
    },
    read: (): readonly Sample[] => series.list().map(({ labels, value }) => sample('events', value.count, ...labels)),
  }
}

/** The events that a call of the store was given to write. */
export function eventsIn(given: unknown): readonly AuditEvent[] {
  if (Array.isArray(given)) return given.filter(isEvent)
  if (isEvent(given)) return [given]
  const inner = (given as { readonly event?: unknown } | null | undefined)?.event

  return isEvent(inner) ? [inner] : []
}

const isEvent = (value: unknown): value is AuditEvent =>
  typeof value === 'object' && value !== null && 'type' in value && 'outcome' in value && 'requestId' in value

/** False where the store says that somebody else was first, so that no event was written. */
export const wrote = (value: unknown) =>
  value === undefined || value === 'done' || value === true || kindOf(value) === 'done'

const kindOf = (value: unknown) => (value as { readonly kind?: unknown } | null)?.kind
