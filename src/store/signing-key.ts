import type { Instant } from '../base/time.ts'
import type { SealedKey } from '../ports/store.ts'
import { fromDocument } from './rows.ts'

/** A signing key as both databases give it. */
export interface SigningKeyRow {
  readonly kid: string
  readonly alg: string
  readonly public_jwk: string
  readonly sealed_private_key: string
  readonly created_at: Instant
  readonly active_from: Instant
  readonly retire_at: Instant
}

export const toSealedKey = (row: SigningKeyRow): SealedKey => ({
  kid: row.kid,
  alg: row.alg,
  publicJwk: fromDocument(row.public_jwk) as Readonly<Record<string, unknown>>,
  sealedPrivateKey: row.sealed_private_key,
  createdAt: row.created_at,
  activeFrom: row.active_from,
  retireAt: row.retire_at,
})
