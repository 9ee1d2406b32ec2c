import type { DatabaseSync } from 'node:sqlite'
import type { KeyChange, SealedKey } from '../../ports/store.ts'
import { toDocument } from './rows.ts'
import { toSealedKey } from '../signing-key.ts'
import type { SigningKeyRow } from '../signing-key.ts'

export function signingKeyTable(database: DatabaseSync) {
  const select = database.prepare('SELECT * FROM signing_keys ORDER BY created_at, kid')
  const insert = database.prepare(`
    INSERT INTO signing_keys (kid, alg, public_jwk, sealed_private_key, created_at, active_from, retire_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
  `)
  const remove = database.prepare('DELETE FROM signing_keys WHERE kid = ?')

  const load = () => select.all().map((row) => toSealedKey(row as unknown as SigningKeyRow))

  /** False if the set is no longer the one that was seen. */
  function change({ seen, add, remove: leaving }: KeyChange): boolean {
    const present = new Set(load().map((key) => key.kid))
    if (present.size !== new Set(seen).size || !seen.every((kid) => present.has(kid))) return false
    for (const kid of leaving) remove.run(kid)
    for (const key of add) insertKey(key)

    return true
  }

  function insertKey(key: SealedKey): void {
    insert.run(
      key.kid,
      key.alg,
      toDocument(key.publicJwk),
      key.sealedPrivateKey,
      key.createdAt,
      key.activeFrom,
      key.retireAt,
    )
  }

  return { load, change }
}
