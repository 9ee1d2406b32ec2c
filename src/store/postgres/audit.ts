import type { AuditEvent } from '../../protocol/audit-event.ts'
import { auditColumns, refuseBadPage, toEvent } from '../audit.ts'
import { sought } from '../rows.ts'
import type { Run } from './database.ts'
import { insert, sql } from './sql.ts'

export const appendAudit = (event: AuditEvent) => insert('audit', auditColumns(event))

export async function listAudit(run: Run, after: string | undefined, limit: number): Promise<readonly AuditEvent[]> {
  refuseBadPage(limit)
  const { rows } = await run(sql`SELECT * FROM audit WHERE id > ${sought(after ?? '')} ORDER BY id LIMIT ${limit}`)

  return rows.map((row) => toEvent(row))
}
