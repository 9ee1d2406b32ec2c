import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import type { AuthorizationServerOptions } from 'hufu'
import { verifyAudit } from '../../src/audit/verify.ts'
import { deriveKey } from '../../src/server/secret.ts'
import { execute } from '../../src/store/contract/real-postgres.ts'
import type { InstanceStore } from '../support/instances.ts'
import { deviceGrant } from '../support/fleet-clients.ts'

type Store = AuthorizationServerOptions['store']
type AuditEvent = Awaited<ReturnType<Store['listAudit']>>[number]
type Row = Readonly<Record<string, string | number | null>>

/**
 * Compares what stands in the tables with what the audit says, one to one, both ways: whatever an instance was killed in
 * the middle of is there with its event, or neither is. And the chain over the audit is whole.
 *
 * @returns how many effects were compared
 */
export async function checkEffects(at: InstanceStore, store: Store, secret: string): Promise<number> {
  const events = await allEvents(store)
  const rows = (statement: string) => read(at, statement)
  const done = (type: AuditEvent['type'], is: (event: AuditEvent) => boolean = () => true) =>
    events.filter((event) => event.type === type && event.outcome === 'done' && is(event))
  const issuedBy = (...grantTypes: readonly string[]) =>
    done('token_issued', ({ grantType }) => grantTypes.includes(grantType ?? ''))
  let compared = 0
  const same = (what: string, effects: readonly unknown[], told: readonly unknown[]) => {
    compared += effects.length
    assert.deepEqual(effects.map(String).toSorted(order), told.map(String).toSorted(order), what)
  }
  const ids = (list: readonly AuditEvent[]) => list.map(({ authorizationId }) => authorizationId)

  const authorizations = await rows(`
    SELECT ID(id) AS id, ID(session_id) AS session, generation, revoked_because AS because, revoked_at FROM authorizations
  `)
  const begun = issuedBy('authorization_code', deviceGrant)
  same(
    'authorizations',
    authorizations.map(({ id }) => id),
    ids(begun),
  )
  const refreshed = Map.groupBy(issuedBy('refresh_token'), ({ authorizationId }) => authorizationId)
  const first = Math.min(...authorizations.map(({ generation }) => Number(generation)))
  same(
    'generations',
    authorizations.map(({ id, generation }) => `${id} ${Number(generation) - first}`),
    authorizations.map(({ id }) => `${id} ${refreshed.get(id as never)?.length ?? 0}`),
  )
  const ended = authorizations.filter(({ revoked_at }) => revoked_at !== null)
  same(
    'ended authorizations',
    ended.filter(({ because }) => because !== 'signed_out').map(({ id }) => id),
    ids(done('authorization_revoked', ({ authorizationId }) => authorizationId !== undefined)),
  )
  const signedOut = ended.filter(({ because }) => because === 'signed_out')
  same(
    'sessions with ended authorizations',
    Array.from(new Set(signedOut.map(({ session }) => session))).map(() => 1),
    done('authorization_revoked', ({ reason }) => reason === 'signed_out').map(() => 1),
  )

  const codes = await rows(`SELECT ID(authorization_id) AS made FROM codes`)
  const devices = await rows(`SELECT claimed_by, outcome, redeemed_at FROM devices`)
  same(
    'redeemed codes',
    codes.flatMap(({ made }) => (made === null || made === '' ? [] : [made])),
    ids(issuedBy('authorization_code')),
  )
  const answered = devices.filter(({ outcome }) => outcome !== null)
  same(
    'codes, and decisions for devices',
    [...codes, ...answered].map(() => 1),
    [...done('code_issued'), ...events.filter(({ type, outcome }) => type === 'consent' && outcome === 'done')].map(
      () => 1,
    ),
  )
  const count = (list: readonly unknown[]) => list.map(() => 1)
  same('devices', count(devices), count(done('device_code_issued')))
  same(
    'entered codes',
    count(devices.filter(({ claimed_by }) => claimed_by !== null)),
    count(done('user_code_entered')),
  )
  same(
    'connected devices',
    count(devices.filter(({ redeemed_at }) => redeemed_at !== null)),
    count(issuedBy(deviceGrant)),
  )
  same('revoked tokens', count(await rows('SELECT expires_at FROM revoked_tokens')), count(done('token_revoked')))
  same(
    'registrations',
    (await rows(`SELECT id FROM clients WHERE id LIKE 'app~_%' ESCAPE '~'`)).map(({ id }) => id),
    done('client_registered').map(({ clientId }) => clientId),
  )
  const kids = (list: readonly AuditEvent[]) => list.flatMap(({ reason }) => reason?.split(' ') ?? [])
  const retired = new Set(kids(done('key_retired')))
  same(
    'signing keys',
    (await rows('SELECT kid FROM signing_keys')).map(({ kid }) => kid),
    kids(done('key_created')).filter((kid) => !retired.has(kid)),
  )

  const key = deriveKey(Buffer.from(secret, 'base64url'), 'audit seals')
  const { sealed, unsealed, findings } = await verifyAudit(store, key, undefined)
  assert.deepEqual(findings, [])
  assert.ok(sealed > 0)
  assert.ok(sealed + unsealed >= events.length)

  return compared
}

async function allEvents(store: Store): Promise<readonly AuditEvent[]> {
  const all: AuditEvent[] = []
  for (;;) {
    const page = await store.listAudit(all.at(-1)?.id, 1000)
    if (page.length === 0) return all
    all.push(...page)
  }
}

/** @param statement with `ID(column)` for ids as they stand in the audit */
async function read(at: InstanceStore, statement: string): Promise<readonly Row[]> {
  if (at.kind === 'postgres') {
    const text = statement.replaceAll(/ID\((\w+)\)/g, `encode($1, 'hex')`)

    return (await execute(at.connectionString, text)) as readonly Row[]
  }
  const database = new DatabaseSync(at.file, { readOnly: true })
  try {
    return database.prepare(statement.replaceAll(/ID\((\w+)\)/g, 'lower(hex($1))')).all() as readonly Row[]
  } finally {
    database.close()
  }
}

const order = (one: string, other: string) => (one < other ? -1 : Number(one > other))
