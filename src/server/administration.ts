import { parseNewPassword } from '../accounts/password.ts'
import { canonicalUsername } from '../accounts/username.ts'
import { uuid7 } from '../base/id.ts'
import { accept, refuse } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { instant, toEpochSeconds } from '../base/time.ts'
import { registrationContext } from '../client-auth/registrar.ts'
import { checkSector } from '../client-auth/sector-identifier.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Account, Subject } from '../protocol/account.ts'
import { parseClientMetadata } from '../protocol/client-metadata.ts'
import type { RegisteredClient } from '../protocol/client-metadata.ts'
import type { Client } from '../protocol/client.ts'
import type { Profile } from '../protocol/identity-claims.ts'
import { withUpdate } from './profile.ts'
import { saveAgain } from './saved-again.ts'
import type { SaveClientOptions } from './saved-again.ts'

export interface NewAccount {
  readonly username: string
  readonly password: string
  readonly name: string
  readonly email?: string | undefined
  readonly roles?: readonly string[] | undefined
  /** What apps may be told besides name and email. Replaces what was there. */
  readonly profile?: Omit<Profile, 'updated_at'> | undefined
}

/** Nobody asked over HTTP: the operator did it on the machine. */
const operator = { address: undefined, requestId: undefined }

/** What an operator does to clients and accounts. @param furtherGrants those besides the three every server has */
export function createAdministration(ports: Ports, furtherGrants: readonly string[]) {
  return { saveClient, saveAccount }

  async function saveClient(
    metadata: unknown,
    options: SaveClientOptions = {},
  ): Promise<Result<RegisteredClient, string>> {
    const parsed = parseClientMetadata(metadata, {
      ...registrationContext(ports, 'operator'),
      furtherGrants,
      ...(options.makeSecret === false && { makeSecret: undefined }),
    })
    if (!parsed.ok) return parsed
    const sector = await checkSector(parsed.value.client, ports.fetchDocument)
    if (!sector.ok) return sector
    const { id } = parsed.value.client
    if ((await ports.store.findAccount(id as string as Subject)) !== undefined)
      return refuse('client_id: an account has this id')
    const before = await ports.store.findClient(id)
    const saved = before === undefined ? parsed : saveAgain(before, parsed.value, ports.now(), options)
    if (!saved.ok) return saved
    const { client } = saved.value
    const reason = noteworthy(before, client)
    await ports.store.saveClient(client, auditEvent(ports, operator, 'client_saved', 'done', { clientId: id, reason }))

    return saved
  }

  async function saveAccount(given: NewAccount): Promise<Result<Account, string>> {
    const canonical = canonicalUsername(given.username)
    if (!canonical.ok) return refuse(`username: ${canonical.error}`)
    const password = parseNewPassword(given.password, ports.settings.development)
    if (!password.ok) return refuse(`password: ${password.error}`)
    const before = await ports.store.findAccountByUsername(canonical.value)
    const isSamePassword = before !== undefined && (await ports.hasher.verify(password.value, before.passwordHash))
    const account: Account = {
      subject: before?.subject ?? (uuid7(ports.now(), ports.random(10)) as Subject),
      username: given.username,
      name: given.name,
      email: given.email,
      passwordHash: isSamePassword ? before.passwordHash : await ports.hasher.hash(password.value),
      roles: given.roles ?? before?.roles ?? [],
      // A new password ends what was begun with the old one.
      validAfter: before === undefined ? instant(0) : isSamePassword ? before.validAfter : ports.now(),
      disabledAt: before?.disabledAt,
      profile: withUpdate(
        { name: given.name, email: given.email, ...(given.profile !== undefined && { profile: given.profile }) },
        before,
        toEpochSeconds(ports.now()),
      ),
    }
    const event = auditEvent(ports, operator, 'account_saved', 'done', { subject: account.subject })
    const saved = await ports.store.saveAccount(account, canonical.value, event)

    if (saved === 'done') {
      ports.logouts.soon()
      return accept(account)
    }
    // Another instance was faster with the new name, when several begin with one seed: now it is there to be changed.
    const isThere = before === undefined && (await ports.store.findAccountByUsername(canonical.value)) !== undefined

    return isThere ? saveAccount(given) : refuse('username: another account has it')
  }
}

/** What of a saved client somebody who reads the audit wants to know. */
function noteworthy(before: Client | undefined, { type, pkceExemptUntil }: Client): string | undefined {
  const notes = [
    before === undefined || before.type === type ? [] : `now_${type}`,
    pkceExemptUntil === undefined ? [] : 'pkce_exempt',
  ].flat()

  return notes.length === 0 ? undefined : notes.join(' ')
}
