import { apiErrors } from './errors/api.ts'
import { authorizationErrors } from './errors/authorization.ts'
import { clientErrors } from './errors/client.ts'
import { codeAndRefreshErrors } from './errors/code-and-refresh.ts'
import { deviceErrors } from './errors/device.ts'
import type { CatalogueEntry } from './errors/entry.ts'
import { exchangeErrors } from './errors/exchange.ts'
import { limitErrors } from './errors/limit.ts'
import { permissionErrors } from './errors/permission.ts'
import { personErrors } from './errors/person.ts'
import { proofErrors } from './errors/proof.ts'
import { registrationErrors } from './errors/registration.ts'
import { requestErrors } from './errors/request.ts'
import { signOutErrors } from './errors/sign-out.ts'
import { tokenErrors } from './errors/token.ts'

export type { OAuthErrorCode } from './errors/entry.ts'

/**
 * Every refusal there is. The key is for the audit log and for tests, `code` and `description` are for the wire;
 * several keys may share one public id where telling them apart would help an attacker.
 */
export const catalogue = {
  ...authorizationErrors,
  ...requestErrors,
  ...permissionErrors,
  ...personErrors,
  ...deviceErrors,
  ...signOutErrors,
  ...codeAndRefreshErrors,
  ...tokenErrors,
  ...proofErrors,
  ...exchangeErrors,
  ...clientErrors,
  ...registrationErrors,
  ...limitErrors,
  ...apiErrors,
} as const

export type Reason = keyof typeof catalogue

/** A refusal. `reason` says exactly why and stays inside; the rest is for the wire. */
export interface OAuthError extends CatalogueEntry {
  readonly reason: Reason
  readonly id: (typeof catalogue)[Reason]['id']
}

export const oauthError = (reason: Reason): OAuthError => ({ reason, ...catalogue[reason] })

export const because = (reason: Reason) => ({ ok: false, error: oauthError(reason) }) as const
