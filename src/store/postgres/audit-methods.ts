import type { AuditStore } from '../../ports/audit-store.ts'
import type { Store } from '../../ports/store.ts'
import {
  findNewestSeal,
  findOldAudit,
  listAuditSeals,
  listSealedAudit,
  listUnsealedAudit,
  pruneAudit,
  sealAudit,
} from './audit-seals.ts'
import { appendAudit, listAudit } from './audit.ts'
import type { Database } from './database.ts'
import { appendRefusals, settleRefusals } from './refusals.ts'
import { whole } from './sql.ts'

/** The audit of the store, with its seals and with refusals that are counted. */
export const auditMethods = ({
  run,
  transaction,
}: Database): AuditStore & Pick<Store, 'appendAudit' | 'listAudit'> => ({
  appendAudit: async (event) => void (await run(whole(appendAudit(event)))),
  appendRefusals: (events, quota) => appendRefusals(run, events, quota),
  settleRefusals: (now, limit, describe) => transaction((steps) => settleRefusals(steps.run, now, limit, describe)),
  listAudit: (after, limit) => listAudit(run, after, limit),
  // Mostly there is nothing, which one statement tells.
  sealAudit: async (limit, make) =>
    (await listUnsealedAudit(run, 1)).length === 0
      ? undefined
      : transaction((steps) => sealAudit(steps.run, limit, make)),
  findNewestSeal: () => findNewestSeal(run),
  listAuditSeals: (after, limit) => listAuditSeals(run, after, limit),
  listSealedAudit: (first, last) => listSealedAudit(run, first, last),
  listUnsealedAudit: (limit) => listUnsealedAudit(run, limit),
  findOldAudit: (sealedBy) => findOldAudit(run, sealedBy),
  pruneAudit: (through, limit) => pruneAudit(run, through, limit),
})
