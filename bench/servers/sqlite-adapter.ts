import { DatabaseSync } from 'node:sqlite'

/** What `oidc-provider` asks of a store, as its documentation describes it. */
export interface Adapter {
  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>
  find(id: string): Promise<Payload | undefined>
  findByUid(uid: string): Promise<Payload | undefined>
  findByUserCode(userCode: string): Promise<Payload | undefined>
  consume(id: string): Promise<void>
  destroy(id: string): Promise<void>
  revokeByGrantId(grantId: string): Promise<void>
}

export interface Payload {
  readonly [name: string]: unknown
  readonly grantId?: string
  readonly uid?: string
  readonly userCode?: string
}

/**
 * A store for `oidc-provider` as durable as Hufu's own: a log that is synced at every commit, answers after it. It is no
 * slower than it must be, either: prepared statements, and all writes of one event-loop turn in one transaction.
 */
export function openAdapters(file: string): {
  readonly adapter: (model: string) => Adapter
  readonly close: () => void
} {
  const database = new DatabaseSync(file)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -16384;
    CREATE TABLE entries (
      key TEXT PRIMARY KEY, payload TEXT NOT NULL, expires_at INTEGER, grant_id TEXT, uid TEXT, user_code TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX entries_by_grant ON entries (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX entries_by_uid ON entries (uid) WHERE uid IS NOT NULL;
    CREATE INDEX entries_by_user_code ON entries (user_code) WHERE user_code IS NOT NULL;
  `)
  const upsert = database.prepare(`
    INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
      payload = excluded.payload, expires_at = excluded.expires_at, grant_id = excluded.grant_id,
      uid = excluded.uid, user_code = excluded.user_code
  `)
  const living = 'AND (expires_at IS NULL OR expires_at > ?)'
  const byKey = database.prepare(`SELECT payload FROM entries WHERE key = ? ${living}`)
  const byUid = database.prepare(`SELECT payload FROM entries WHERE uid = ? ${living}`)
  const byUserCode = database.prepare(`SELECT payload FROM entries WHERE user_code = ? ${living}`)
  const consume = database.prepare(`UPDATE entries SET payload = json_set(payload, '$.consumed', ?) WHERE key = ?`)
  const destroy = database.prepare('DELETE FROM entries WHERE key = ?')
  const revoke = database.prepare('DELETE FROM entries WHERE grant_id = ?')
  const write = groupWrites(database)
  const now = () => Math.floor(Date.now() / 1000)
  const found = (row: unknown) =>
    row === undefined ? undefined : (JSON.parse((row as { payload: string }).payload) as Payload)

  return {
    close: () => database.close(),
    adapter: (model) => {
      const key = (id: string) => `${model}:${id}`

      return {
        upsert: (id, payload, expiresIn) =>
          write(() => {
            const end = expiresIn === undefined ? null : now() + expiresIn
            const { grantId = null, uid = null, userCode = null } = payload
            upsert.run(key(id), JSON.stringify(payload), end, grantId, uid, userCode)
          }),
        find: async (id) => found(byKey.get(key(id), now())),
        findByUid: async (uid) => found(byUid.get(uid, now())),
        findByUserCode: async (userCode) => found(byUserCode.get(userCode, now())),
        consume: (id) => write(() => void consume.run(now(), key(id))),
        destroy: (id) => write(() => void destroy.run(key(id))),
        revokeByGrantId: (grantId) => write(() => void revoke.run(grantId)),
      }
    },
  }
}

function groupWrites(database: DatabaseSync): (change: () => void) => Promise<void> {
  let waiting: { readonly change: () => void; readonly done: PromiseWithResolvers<void> }[] = []

  function flush(): void {
    const group = waiting
    waiting = []
    try {
      database.exec('BEGIN IMMEDIATE')
      for (const { change } of group) change()
      database.exec('COMMIT')
      for (const { done } of group) done.resolve()
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      for (const { done } of group) done.reject(error)
    }
  }

  return (change) => {
    const done = Promise.withResolvers<void>()
    if (waiting.length === 0) setImmediate(flush)
    waiting.push({ change, done })

    return done.promise
  }
}
