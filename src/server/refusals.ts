import { instant } from '../base/time.ts'
import type { Store } from '../ports/store.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'

const minuteMs = 60_000
/** So many alike from one place in a minute are told one by one; the others are counted. */
export const toldOneByOne = 30
/** As many wait for one write together, at most. */
const maxBatch = 200

/** The first word of a reason is ours; what may follow it, the caller chose. */
export const wordOf = (reason: string | undefined) => reason?.split(' ', 1)[0]

interface Waiting {
  readonly event: AuditEvent
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The same store, in which refusals take bounded room, however many somebody causes: what is alike (type, reason,
 * place) is counted from a number on that a minute may have. No refusal is answered before it is written or counted.
 *
 * Those alike that come while one is being written are written together after it: otherwise they would wait for the row
 * of their count one after the other, each with a connection that others need.
 */
export function withBoundedRefusals(store: Store): Store {
  const lines = new Map<string, Waiting[]>()

  function append(event: AuditEvent): Promise<void> {
    const minute = Math.floor(event.at / minuteMs)
    const key = `${event.type} ${wordOf(event.reason)} ${event.address} ${minute}`
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const line = lines.get(key)
    if (line !== undefined) line.push({ event, resolve, reject })
    else {
      const begun: Waiting[] = [{ event, resolve, reject }]
      lines.set(key, begun)
      void serve(key, begun, instant((minute + 1) * minuteMs))
    }

    return promise
  }

  async function serve(key: string, line: Waiting[], windowEnd: AuditEvent['at']): Promise<void> {
    while (line.length > 0) {
      const batch = line.splice(0, maxBatch)
      try {
        await store.appendRefusals(
          batch.map(({ event }) => event),
          { key, limit: toldOneByOne, windowEnd },
        )
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    lines.delete(key)
  }

  const appendAudit: Store['appendAudit'] = (event) =>
    event.outcome === 'refused' ? append(event) : store.appendAudit(event)

  return Object.create(store, { appendAudit: { value: appendAudit, enumerable: true } }) as Store
}
