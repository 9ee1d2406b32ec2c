import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { PersonalThing } from '../../ports/store.ts'
import type { Account, Subject } from '../../protocol/account.ts'
import type { Profile } from '../../protocol/identity-claims.ts'
import type { Owners } from './owners.ts'
import { fromDocument, prepareByPosition, sought } from './rows.ts'

/** In the order of {@link accountColumns}. All are NULL where something belongs to an account that is not there. */
export type AccountRow = readonly [
  subject: Subject | null,
  username: string,
  name: string,
  email: string | null,
  passwordHash: string | null,
  roles: string,
  validAfter: Instant,
  disabledAt: Instant | null,
  profile: string | null,
]

export const accountColumns = `
  accounts.subject, username, name, email, password_hash, roles, valid_after, disabled_at, profile
`

export function accountTable(database: DatabaseSync, owners: Owners) {
  const selectWhere = (condition: string) =>
    prepareByPosition(database, `SELECT ${accountColumns} FROM accounts WHERE ${condition}`)
  const bySubject = selectWhere('subject = ?')
  const byUsername = selectWhere('canonical_username = ?')
  const bySubjectOf = (table: string) => selectWhere(`subject = (SELECT subject FROM ${table} WHERE id = ?)`)
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

  const findOf = (thing: PersonalThing) => toAccount(owners.take(thing) ?? byThing[thing.kind].get(sought(thing.id)))

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
  const [subject, username, name, email, passwordHash, roles, validAfter, disabledAt, profile] = found as AccountRow
  if (subject === null) return undefined

  return {
    subject,
    username,
    name,
    email: email ?? undefined,
    passwordHash: passwordHash ?? undefined,
    roles: JSON.parse(roles) as string[],
    validAfter,
    disabledAt: disabledAt ?? undefined,
    ...(profile !== null && { profile: fromDocument(profile) as Profile }),
  }
}
