import type { AuditStore } from '../../ports/audit-store.ts'
import type { Store } from '../../ports/store.ts'
import type { Access } from './access.ts'
import type { Tables } from './open-tables.ts'

/** The audit of the store, with its seals and with refusals that are counted. */
export const auditMethods = (
  { read, write }: Access,
  { audit, seals, refusals }: Tables,
): AuditStore & Pick<Store, 'appendAudit' | 'listAudit'> => ({
  appendAudit: (event) => write(() => audit.append(event)),
  appendRefusals: (events, quota) => write(() => refusals.count(events, quota).forEach(audit.append)),
  settleRefusals: (now, limit, describe) =>
    write(() => {
      const counted = refusals.take(now, limit)
      for (const { specimen, beyond } of counted) if (beyond > 0) audit.append(describe(specimen, beyond))

      return counted.length
    }),
  listAudit: (after, limit) => read(() => audit.list(after, limit)),
  // Read and made outside of the write, which is then one row: other writes hardly wait.
  sealAudit: async (limit, make) => {
    const { previous, lines, last } = await read(() => seals.findDue(limit))
    if (lines.length === 0) return undefined
    const seal = make(previous, lines)

    return (await write(() => seals.save(seal, last))) ? seal : undefined
  },
  listAuditSeals: (after, limit) => read(() => seals.list(after, limit)),
  findNewestSeal: () => read(seals.findNewest),
  listSealedAudit: (first, last) => read(() => seals.listSealed(first, last)),
  listUnsealedAudit: (limit) => read(() => seals.listUnsealed(limit)),
  findOldAudit: (sealedBy) => read(() => seals.findOld(sealedBy)),
  pruneAudit: (through, limit) => write(() => seals.prune(through, limit)),
})
