import { fromHex } from '../base/encoding.ts'
import type { Instant } from '../base/time.ts'
import type { AuditSeal } from '../protocol/audit-seal.ts'

/* What the stores have in common about the audit. */

const maxPage = 1000
const markDigits = 16

/** As many sealed events as are read at once: a seal may have been given more than it had. */
export const maxSealedPage = 20_000

/** Throws unless a page of that size is given. */
export function refuseBadPage(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage)
    throw new RangeError(`a page of the audit has 1 to ${maxPage}`)
}

export interface SealRow {
  readonly number: number
  readonly sealed_at: Instant
  readonly marks: string
  readonly events_hash: string
  readonly hash: string
  readonly mac: string
}

/** Octets come as hexadecimal. */
export const toSeal = ({ number, sealed_at, marks, events_hash, hash, mac }: SealRow): AuditSeal => ({
  number,
  sealedAt: sealed_at,
  marks: marks.match(new RegExp(`.{1,${markDigits}}`, 'g')) ?? [],
  eventsHash: events_hash,
  hash,
  mac,
})

export const joinMarks = ({ marks }: AuditSeal) => fromHex(marks.join(''))
