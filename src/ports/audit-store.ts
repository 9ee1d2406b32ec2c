import type { Instant } from '../base/time.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type { AuditSeal } from '../protocol/audit-seal.ts'

/** What was decided, in the order of its ids, and the chain of seals over it. */
export interface AuditStore {
  /** For events that describe no other change. */
  appendAudit(event: AuditEvent): Promise<void>
  /**
   * For refusals, which anybody can cause: of those under one key, the first `limit` of a window are written as they are.
   * The others are counted, until {@link settleRefusals}; of them the first stays as a specimen. All or none of them, in
   * one step.
   */
  appendRefusals(events: readonly AuditEvent[], quota: RefusalQuota): Promise<void>
  /**
   * Writes what was counted in windows that are over, one event for each key, and forgets the count, in one step: at
   * most `limit` of them, whose number is told. Of concurrent calls each count is written by one.
   *
   * @param describe the event, from specimen and count
   */
  settleRefusals(
    now: Instant,
    limit: number,
    describe: (specimen: AuditEvent, count: number) => AuditEvent,
  ): Promise<number>

  /** Events in the order of their ids, after `after`, at most `limit` (1 to 1000). */
  listAudit(after: string | undefined, limit: number): Promise<readonly AuditEvent[]>

  /**
   * Puts the next seal on up to `limit` events that have none, in the order in which they will be read by
   * {@link listSealedAudit}. Each committed event gets one seal, sooner or later, whenever it was made. `undefined`, and
   * nothing written, if there are none or another instance is at it.
   *
   * @param make may be called again, for other events
   */
  sealAudit(limit: number, make: MakeSeal): Promise<AuditSeal | undefined>
  /** By their numbers, after `after` (0 for the first), at most `limit` (1 to 1000). */
  listAuditSeals(after: number, limit: number): Promise<readonly AuditSeal[]>
  /** The newest of all; `undefined` before the first. */
  findNewestSeal(): Promise<AuditSeal | undefined>
  /** The events of the seals from `first` to `last`, in the order of the seals; at most 20,000 of them. */
  listSealedAudit(first: number, last: number): Promise<readonly SealedEvent[]>
  /** Those without a seal yet, in the order of their ids, at most `limit` (1 to 1000). */
  listUnsealedAudit(limit: number): Promise<readonly AuditEvent[]>

  /** The newest seal of those that are not younger than `sealedBy` and have events left; `undefined` if there is none. */
  findOldAudit(sealedBy: Instant): Promise<number | undefined>
  /** Removes events of the seals up to that number, at most `limit`; returns how many. The seals stay. */
  pruneAudit(through: number, limit: number): Promise<number>
}

/** @param lines the events as `auditLine` has them */
export type MakeSeal = (previous: AuditSeal | undefined, lines: readonly string[]) => AuditSeal

export interface SealedEvent {
  readonly seal: number
  readonly event: AuditEvent
}

/** How many alike are told one by one in the window that ends at `windowEnd`; the key names the window too. */
export interface RefusalQuota {
  readonly key: string
  readonly limit: number
  readonly windowEnd: Instant
}
