import type { DatabaseSync } from 'node:sqlite'
import { fromHex } from '../../base/encoding.ts'
import type { Instant } from '../../base/time.ts'
import type { SealedEvent } from '../../ports/audit-store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import type { AuditSeal } from '../../protocol/audit-seal.ts'
import { joinMarks, maxSealedPage, refuseBadPage, toEvent, toSeal } from '../audit.ts'
import type { SealRow } from '../audit.ts'
import { eventColumns, line } from './audit.ts'
import { asHex, prepareByPosition } from './rows.ts'

/** What is due to get the next seal, as it is now. */
export interface Due {
  readonly previous: AuditSeal | undefined
  readonly lines: readonly string[]
  /** Of the last of them. */
  readonly last: number
}

/** Within a seal as in PostgreSQL, so that a backup of one store verifies in the other. */
const byId = (one: AuditEvent, other: AuditEvent) => (one.id < other.id ? -1 : 1)

const sealColumns = `
  number, sealed_at, ${asHex('marks')}, ${asHex('events_hash')}, ${asHex('hash')}, ${asHex('mac')}
`

export function auditSealTable(database: DatabaseSync) {
  const selectPage = database.prepare(`SELECT ${sealColumns} FROM audit_seals WHERE number > ? ORDER BY number LIMIT ?`)
  const selectNewest = database.prepare(`SELECT last, ${sealColumns} FROM audit_seals ORDER BY number DESC LIMIT 1`)
  const selectLast = database.prepare('SELECT coalesce(max(last), 0) AS last FROM audit_seals WHERE number <= ?')
  const selectDue = prepareByPosition(
    database,
    `SELECT ${line}, number FROM audit WHERE number > ? ORDER BY number LIMIT ?`,
  )
  const selectRange = database.prepare(`
    SELECT audit.number, ${eventColumns} FROM audit WHERE audit.number > ? AND audit.number <= ?
    ORDER BY audit.number LIMIT ${maxSealedPage}
  `)
  const selectUnsealed = database.prepare(`
    SELECT ${eventColumns} FROM audit
    WHERE number > (SELECT coalesce(max(last), 0) FROM audit_seals) ORDER BY audit.id LIMIT ?
  `)
  const insert = database.prepare(`
    INSERT INTO audit_seals (number, last, sealed_at, marks, events_hash, hash, mac) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
  `)
  const selectOld = database.prepare(`
    SELECT number, last FROM audit_seals WHERE sealed_at <= ? ORDER BY sealed_at DESC, number DESC LIMIT 1
  `)
  const hasUpTo = database.prepare('SELECT 1 FROM audit WHERE number <= ? LIMIT 1')
  const removeUpTo = database.prepare(`
    DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE number <= ? ORDER BY number LIMIT ?)
  `)

  const lastOf = (seal: number) => (selectLast.get(seal) as { readonly last: number }).last

  function findDue(limit: number): Due {
    const newest = selectNewest.get() as (SealRow & { readonly last: number }) | undefined
    const rows = selectDue.all(newest?.last ?? 0, limit) as unknown as (readonly [line: string, number: number])[]

    return {
      previous: newest && toSeal(newest),
      // Each begins with the id.
      lines: rows.map(([text]) => text).toSorted(),
      last: rows.at(-1)?.[1] ?? 0,
    }
  }

  /** False if another process has put on the seal of this number. */
  function save(seal: AuditSeal, last: number): boolean {
    const { number, sealedAt, eventsHash, hash, mac } = seal
    const digests = [eventsHash, hash, mac].map(fromHex)

    return insert.run(number, last, sealedAt, joinMarks(seal), ...digests).changes === 1
  }

  function findNewest(): AuditSeal | undefined {
    const row = selectNewest.get() as SealRow | undefined

    return row && toSeal(row)
  }

  function list(after: number, limit: number): readonly AuditSeal[] {
    refuseBadPage(limit)

    return selectPage.all(after, limit).map((row) => toSeal(row as unknown as SealRow))
  }

  /** One after the other, since where a seal ends is written with it. */
  function listSealed(first: number, last: number): readonly SealedEvent[] {
    const ends = Array.from({ length: last - first + 1 }, (_, index) => lastOf(first + index))
    const rows = selectRange.all(lastOf(first - 1), ends.at(-1)!) as unknown as { readonly number: number }[]
    let at = 0

    const sealed = rows.map((row) => {
      while (row.number > ends[at]!) at += 1

      return { seal: first + at, event: toEvent(row) }
    })

    return sealed.toSorted((one, other) => one.seal - other.seal || byId(one.event, other.event))
  }

  function findOld(sealedBy: Instant): number | undefined {
    const found = selectOld.get(sealedBy) as { readonly number: number; readonly last: number } | undefined

    return found !== undefined && hasUpTo.get(found.last) !== undefined ? found.number : undefined
  }

  return {
    findDue,
    save,
    findNewest,
    list,
    listSealed,
    listUnsealed: (limit: number) => selectUnsealed.all(limit).map(toEvent),
    findOld,
    prune: (through: number, limit: number) => Number(removeUpTo.run(lastOf(through), limit).changes),
  }
}
