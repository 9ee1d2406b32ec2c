import type { ClientId, ClientKey } from './client.ts'
import type { ResourceId } from './resource.ts'
import type { Scope } from './scope.ts'

/** @see RFC 7523 section 2.1 */
export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/**
 * Somebody else whose word is taken for whom a token is for, as far as this says: all of it is allowed beforehand, and
 * nobody is asked again (RFC 7521 section 4.1).
 */
export interface TrustedIssuer {
  /** Exactly the `iss` of its assertions. */
  readonly issuer: string
  /** Its keys; empty if it publishes them. */
  readonly keys: readonly ClientKey[]
  readonly jwksUri: string | undefined
  /** Who may bring its assertions. */
  readonly clients: readonly ClientId[]
  /** A client that proves nothing may bring them, too. */
  readonly publicClients: boolean
  /**
   * What its `sub` means here: the id of an account, the username of one, or nothing but a machine, whose token is then
   * the client's own.
   */
  readonly subject: 'account' | 'username' | 'client'
  /** The only `sub` values that are taken; `undefined` for all. */
  readonly subjects: readonly string[] | undefined
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
}

/** True if the client may bring assertions of the issuer. */
export const mayBring = (client: { readonly id: ClientId }, issuer: TrustedIssuer) => issuer.clients.includes(client.id)
