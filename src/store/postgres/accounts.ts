import type { Instant } from '../../base/time.ts'
import type { Account, Subject } from '../../protocol/account.ts'
import type { Profile } from '../../protocol/identity-claims.ts'
import { fromDocument, sought } from '../rows.ts'
import type { Lookup } from './gather.ts'
import { soughtText } from './rows.ts'
import { sql, upsert } from './sql.ts'
import type { Run } from './database.ts'

interface AccountRow {
  readonly subject: Subject
  readonly username: string
  readonly name: string
  readonly email: string | null
  readonly password_hash: string | null
  readonly roles: string
  readonly valid_after: Instant
  readonly disabled_at: Instant | null
  readonly profile: string | null
}

/** Refuses a second account with the same canonical username. */
export const usernameConstraint = 'accounts_username'

const accounts = {
  columns: 'subject, username, name, email, password_hash, roles, valid_after, disabled_at, profile',
  from: 'accounts',
  read: toAccount,
}

export const accountBySubject: Lookup<[Subject], Account> = { ...accounts, by: { subject: ['text', soughtText] } }

const ownerIn = (table: string): Lookup<[id: string], Account> => ({
  ...accounts,
  from: `${table} JOIN accounts USING (subject)`,
  by: { id: ['bytea', sought] },
})

/** Whose a thing is. */
export const accountByThing = {
  code: ownerIn('codes'),
  authorization: ownerIn('authorizations'),
  session: ownerIn('sessions'),
}

export const accountByUsername: Lookup<[canonical: string], Account> = {
  ...accounts,
  by: { canonical_username: ['text', soughtText] },
}

export const saveAccount = (account: Account, canonical: string) =>
  upsert('accounts', ['subject'], {
    subject: account.subject,
    canonical_username: canonical,
    username: account.username,
    name: account.name,
    email: account.email ?? null,
    password_hash: account.passwordHash ?? null,
    roles: JSON.stringify(account.roles),
    valid_after: account.validAfter,
    disabled_at: account.disabledAt ?? null,
    profile: account.profile === undefined ? null : JSON.stringify(account.profile),
  })

function toAccount(row: AccountRow): Account {
  return {
    subject: row.subject,
    username: row.username,
    name: row.name,
    email: row.email ?? undefined,
    passwordHash: row.password_hash ?? undefined,
    roles: JSON.parse(row.roles) as string[],
    validAfter: row.valid_after,
    disabledAt: row.disabled_at ?? undefined,
    ...(row.profile !== null && { profile: fromDocument(row.profile) as Profile }),
  }
}

/** In a transaction: nobody else changes it until the end. */
export async function lockAccount(run: Run, subject: Subject): Promise<Account | undefined> {
  const { rows } = await run(sql`SELECT * FROM accounts WHERE subject = ${soughtText(subject)} FOR NO KEY UPDATE`)

  return rows[0] === undefined ? undefined : toAccount(rows[0] as AccountRow)
}
