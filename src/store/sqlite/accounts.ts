import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { PersonalThing } from '../../ports/store.ts'
import type { Account, Subject } from '../../protocol/account.ts'
import type { Profile } from '../../protocol/identity-claims.ts'
import { fromDocument, sought } from './rows.ts'

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

export function accountTable(database: DatabaseSync) {
  const bySubject = database.prepare('SELECT * FROM accounts WHERE subject = ?')
  const byUsername = database.prepare('SELECT * FROM accounts WHERE canonical_username = ?')
  const bySubjectOf = (table: string) =>
    database.prepare(`SELECT * FROM accounts WHERE subject = (SELECT subject FROM ${table} WHERE id = ?)`)
  const byThing = {
    code: bySubjectOf('codes'),
    authorization: bySubjectOf('authorizations'),
    session: bySubjectOf('sessions'),
  }
  const upsert = database.prepare(`
    INSERT INTO accounts (
      subject, canonical_username, username, name, email, password_hash, roles, valid_after, disabled_at,
      profile
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (subject) DO UPDATE SET
      canonical_username = excluded.canonical_username, username = excluded.username, name = excluded.name,
      email = excluded.email, password_hash = excluded.password_hash, roles = excluded.roles,
      valid_after = excluded.valid_after, disabled_at = excluded.disabled_at, profile = excluded.profile
  `)

  const find = (subject: Subject) => toAccount(bySubject.get(subject))

  const findOf = ({ kind, id }: PersonalThing) => toAccount(byThing[kind].get(sought(id)))

  const findByUsername = (canonical: string) => toAccount(byUsername.get(canonical))

  function save(account: Account, canonical: string): 'done' | 'username_taken' {
    const holder = findByUsername(canonical)
    if (holder !== undefined && holder.subject !== account.subject) return 'username_taken'
    upsert.run(
      account.subject,
      canonical,
      account.username,
      account.name,
      account.email ?? null,
      account.passwordHash ?? null,
      JSON.stringify(account.roles),
      account.validAfter,
      account.disabledAt ?? null,
      account.profile === undefined ? null : JSON.stringify(account.profile),
    )

    return 'done'
  }

  return { find, findOf, findByUsername, save }
}

function toAccount(found: unknown): Account | undefined {
  if (found === undefined) return undefined
  const row = found as AccountRow

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
