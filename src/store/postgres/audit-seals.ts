import { fromHex } from '../../base/encoding.ts'
import type { Instant } from '../../base/time.ts'
import type { MakeSeal, SealedEvent } from '../../ports/audit-store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import { auditLine } from '../../protocol/audit-seal.ts'
import type { AuditSeal } from '../../protocol/audit-seal.ts'
import { joinMarks, maxSealedPage, refuseBadPage, toEvent, toSeal } from '../audit.ts'
import type { SealRow } from '../audit.ts'
import { stored } from '../rows.ts'
import type { Run } from './database.ts'
import { insert, plain, sql, whole } from './sql.ts'

/** A process that is frozen in the middle of it keeps the others from it no longer than this. */
const longestTurnMs = 5000

/**
 * In a transaction, which holds nothing that a request wants. Whoever has the turn sees every seal that was committed,
 * since it looks after it has the turn (READ COMMITTED).
 */
export async function sealAudit(run: Run, limit: number, make: MakeSeal): Promise<AuditSeal | undefined> {
  await run(plain(`SET LOCAL idle_in_transaction_session_timeout = ${longestTurnMs}`))
  const turn = await run(plain(`SELECT 1 FROM turns WHERE name = 'audit' FOR UPDATE SKIP LOCKED`))
  if (turn.count === 0) return undefined
  const newest = await findNewestSeal(run)
  const events = await listUnsealedAudit(run, limit)
  if (events.length === 0) return undefined

  const seal = make(newest, events.map(auditLine))
  await run(whole(insertSeal(seal)))
  const ids = events.map(({ id }) => stored(id))
  const { count } = await run(sql`UPDATE audit SET seal = ${seal.number} WHERE id = ANY (${ids}) AND seal IS NULL`)
  if (count !== events.length) throw new Error('events left the audit while they were sealed')

  return seal
}

const insertSeal = (seal: AuditSeal) =>
  insert('audit_seals', {
    number: seal.number,
    sealed_at: seal.sealedAt,
    marks: joinMarks(seal),
    events_hash: fromHex(seal.eventsHash),
    hash: fromHex(seal.hash),
    mac: fromHex(seal.mac),
  })

export async function listUnsealedAudit(run: Run, limit: number): Promise<readonly AuditEvent[]> {
  refuseBadPage(limit)
  const { rows } = await run(sql`SELECT * FROM audit WHERE seal IS NULL ORDER BY id LIMIT ${limit}`)

  return rows.map(toEvent)
}

export async function findNewestSeal(run: Run): Promise<AuditSeal | undefined> {
  const { rows } = await run(plain('SELECT * FROM audit_seals ORDER BY number DESC LIMIT 1'))

  return rows[0] === undefined ? undefined : toSeal(rows[0] as SealRow)
}

export async function listAuditSeals(run: Run, after: number, limit: number): Promise<readonly AuditSeal[]> {
  refuseBadPage(limit)
  const { rows } = await run(sql`SELECT * FROM audit_seals WHERE number > ${after} ORDER BY number LIMIT ${limit}`)

  return rows.map((row) => toSeal(row as SealRow))
}

export async function listSealedAudit(run: Run, first: number, last: number): Promise<readonly SealedEvent[]> {
  const { rows } = await run(sql`
    SELECT * FROM audit WHERE seal BETWEEN ${first} AND ${last} ORDER BY seal, id LIMIT ${maxSealedPage}
  `)

  return rows.map((row) => ({ seal: (row as { readonly seal: number }).seal, event: toEvent(row) }))
}

export async function findOldAudit(run: Run, sealedBy: Instant): Promise<number | undefined> {
  const { rows } = await run(sql`
    SELECT number FROM audit_seals WHERE sealed_at <= ${sealedBy} ORDER BY sealed_at DESC, number DESC LIMIT 1
  `)
  const { number } = (rows[0] ?? {}) as { readonly number?: number }
  if (number === undefined) return undefined

  return (await run(sql`SELECT 1 FROM audit WHERE seal <= ${number} LIMIT 1`)).count === 1 ? number : undefined
}

export async function pruneAudit(run: Run, through: number, limit: number): Promise<number> {
  const { count } = await run(sql`
    WITH leaving AS (
      SELECT id FROM audit WHERE seal <= ${through} ORDER BY seal, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    DELETE FROM audit USING leaving WHERE audit.id = leaving.id
  `)

  return count
}
