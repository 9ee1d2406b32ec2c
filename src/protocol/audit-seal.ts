import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../base/time.ts'
import type { AuditEvent } from './audit-event.ts'

/**
 * One link of the chain over the audit: what it names can be neither changed, nor removed, nor put elsewhere without
 * the chain telling. All digests are SHA-256 in lower-case hexadecimal.
 */
export interface AuditSeal {
  /** From 1 on, without a gap. */
  readonly number: number
  readonly sealedAt: Instant
  /** Of each event, in their order, the first 16 digits of its digest: by them the one that was changed is found. */
  readonly marks: readonly string[]
  /** Of all events in full. */
  readonly eventsHash: string
  /** Of the rest of the seal and of the hash of the one before: whoever remembers one knows all that came before it. */
  readonly hash: string
  /** HMAC of the hash with a key that is outside the store: whoever can write the store alone cannot make a chain anew. */
  readonly mac: string
}

const markDigits = 16

/**
 * The next link.
 *
 * @param previous `undefined` for the first
 * @param lines as {@link auditLine} has them
 */
export function makeSeal(
  key: Uint8Array,
  previous: AuditSeal | undefined,
  lines: readonly string[],
  sealedAt: Instant,
): AuditSeal {
  const content = {
    number: (previous?.number ?? 0) + 1,
    sealedAt,
    marks: lines.map(markOf),
    eventsHash: digest(lines.join('\n')),
  }
  const own = hashOf(content, previous?.hash)

  return { ...content, hash: own, mac: macOf(key, own) }
}

/** Whether it is ours, unchanged, and follows on that one. */
export const isNext = (key: Uint8Array, seal: AuditSeal, previous: AuditSeal | undefined) =>
  seal.number === (previous?.number ?? 0) + 1 &&
  seal.hash === hashOf(seal, previous?.hash) &&
  isSame(seal.mac, macOf(key, seal.hash))

/** Whether exactly these events, in this order, were sealed. */
export const holds = (seal: AuditSeal, events: readonly AuditEvent[]) =>
  seal.eventsHash === digest(events.map(auditLine).join('\n'))

/** As it stands among {@link AuditSeal.marks}. */
export const eventMark = (event: AuditEvent) => markOf(auditLine(event))

/** The reason of an event `audit_pruned`: nobody without the key can say that events were removed rightly. */
export const describePruned = (key: Uint8Array, through: number) =>
  `through ${through} ${macOf(key, `pruned through ${through}`)}`

/** The seal up to which events were removed rightly; 0 if the event does not say so, or was made by another. */
export function prunedThrough(key: Uint8Array, { type, reason }: AuditEvent): number {
  const through = type === 'audit_pruned' ? /^through ([1-9]\d{0,14}) /.exec(reason ?? '')?.[1] : undefined
  if (through === undefined || !isSame(reason ?? '', describePruned(key, Number(through)))) return 0

  return Number(through)
}

/** What is sealed of an event: every member in a fixed place, so that it is the same text whatever store it was in. */
export const auditLine = (event: AuditEvent) =>
  JSON.stringify([
    event.id,
    event.at,
    event.type,
    event.outcome,
    event.reason ?? null,
    event.clientId ?? null,
    event.subject ?? null,
    event.authorizationId ?? null,
    event.address ?? null,
    event.requestId ?? null,
    event.grantType ?? null,
    event.scope ?? null,
    event.resource ?? null,
    event.actor ?? null,
    event.count,
  ])

const markOf = (line: string) => digest(line).slice(0, markDigits)

const hashOf = (
  { number, sealedAt, marks, eventsHash }: Omit<AuditSeal, 'hash' | 'mac'>,
  previousHash: string | undefined,
) => digest(JSON.stringify(['hufu audit seal 1', number, sealedAt, previousHash ?? null, eventsHash, marks.join('')]))

const macOf = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex')

const digest = (text: string) => hash('sha256', text, 'hex')

function isSame(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]

  return one.length === other.length && timingSafeEqual(one, other)
}
