import { createHmac, timingSafeEqual } from 'node:crypto'
import { fromHex } from '../base/encoding.ts'
import type { Authorization, AuthorizationId, RefreshChain } from './authorization.ts'
import { formatCredential } from './credential.ts'
import type { Credential } from './credential.ts'

/** The half of every refresh token that is outside the database: 32 octets derived from the server's secret. */
export type RefreshKey = Uint8Array

/**
 * The newest refresh token of an authorization, made of both halves: the row and the key. Making it again gives the
 * same token, which is how a retry after a lost answer gets the same successor (requirements R6) though none is stored.
 */
export function refreshTokenOf(id: AuthorizationId, chain: RefreshChain, key: RefreshKey): string {
  return formatCredential('refresh_token', {
    id,
    generation: chain.generation,
    secret: secretOf(id, chain.nonce, chain.generation, key),
  })
}

/** True if this server made the token for this authorization, however long ago: a guess or a forgery is not. */
export function isGenuine(presented: Credential, authorization: Authorization, key: RefreshKey): boolean {
  if (authorization.refresh === undefined) return false

  return timingSafeEqual(
    presented.secret,
    secretOf(authorization.id, authorization.refresh.nonce, presented.generation, key),
  )
}

function secretOf(id: AuthorizationId, nonce: string, generation: number, key: RefreshKey): Uint8Array {
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(generation)

  return createHmac('sha256', key).update(fromHex(nonce)).update(fromHex(id)).update(counter).digest()
}
