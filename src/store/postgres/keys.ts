import type { KeyChange, SealedKey } from '../../ports/store.ts'
import { toDocument } from '../rows.ts'
import { together } from './all-or-nothing.ts'
import type { Run } from './database.ts'
import { change, insert, plain, sql } from './sql.ts'
import type { Part } from './sql.ts'
import { toSealedKey } from '../signing-key.ts'
import type { SigningKeyRow } from '../signing-key.ts'

export async function loadSigningKeys(run: Run): Promise<readonly SealedKey[]> {
  const { rows } = await run(plain('SELECT * FROM signing_keys ORDER BY created_at, kid'))

  return rows.map((row) => toSealedKey(row as SigningKeyRow))
}

/**
 * In a transaction. False, and nothing written, if the set is no longer the one that was seen.
 *
 * @param writes what is written besides
 */
export async function changeSigningKeys(
  run: Run,
  { seen, add, remove }: KeyChange,
  writes: readonly Part[],
): Promise<boolean> {
  await run(plain(`SELECT 1 FROM turns WHERE name = 'signing_keys' FOR UPDATE`))
  const present = new Set((await loadSigningKeys(run)).map((key) => key.kid))
  if (present.size !== new Set(seen).size || !seen.every((kid) => present.has(kid))) return false
  const leaving = remove.map((kid) => change(sql`DELETE FROM signing_keys WHERE kid = ${kid}`))
  await run(together(...leaving, ...add.map(insertKey), ...writes))

  return true
}

const insertKey = (key: SealedKey) =>
  insert('signing_keys', {
    kid: key.kid,
    alg: key.alg,
    public_jwk: toDocument(key.publicJwk),
    sealed_private_key: key.sealedPrivateKey,
    created_at: key.createdAt,
    active_from: key.activeFrom,
    retire_at: key.retireAt,
  })
