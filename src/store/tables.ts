import type { Instant } from '../base/time.ts'
import { keepUsedCodesMs } from './retention.ts'

/*
 * What becomes of each table when the database is copied or put back. Both stores have the same tables, and a table that
 * has no place here fails a test: whoever adds one has to say what a backup does with it.
 */

/** What people and operators entered, and what was decided: a backup keeps it. */
export const lastingTables: readonly string[] = ['clients', 'accounts', 'consents', 'audit', 'audit_seals', 'refusals']

/**
 * What opens something, for a time: no backup has it, so none can bring it back. With the column that says when a row
 * is due to leave, and how long after that it stays.
 */
export const passingTables: Readonly<Record<string, { readonly dueAt?: string; readonly keepMs?: number }>> = {
  authorizations: { dueAt: 'prune_at' },
  codes: { dueAt: 'expires_at', keepMs: keepUsedCodesMs },
  devices: { dueAt: 'expires_at', keepMs: keepUsedCodesMs },
  opaque_tokens: { dueAt: 'expires_at' },
  revoked_tokens: { dueAt: 'expires_at' },
  registration_tokens: { dueAt: 'expires_at' },
  sessions: { dueAt: 'expires_at' },
  session_clients: { dueAt: 'expires_at' },
  logout_deliveries: { dueAt: 'expires_at' },
  transactions: { dueAt: 'expires_at' },
  pushed_requests: { dueAt: 'expires_at' },
  used_once: { dueAt: 'expires_at' },
  attempts: { dueAt: 'window_end' },
  changes: { dueAt: 'expires_at' },
  // New ones are made at the next start: guards then refuse what the old ones signed.
  signing_keys: {},
}

/** What the steps of the schema and the instances are written down in. */
export const ownTables: readonly string[] = ['migrations', 'instances', 'epoch', 'turns', 'change_list']

/** Rows of a table that are due were due by then. */
export const dueBy = (table: string, now: Instant): number => now - (passingTables[table]?.keepMs ?? 0)
