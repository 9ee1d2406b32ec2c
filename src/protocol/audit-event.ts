import type { Instant } from '../base/time.ts'
import type { Subject } from './account.ts'
import type { AuthorizationId } from './authorization.ts'
import type { ClientId } from './client.ts'
import type { Reason } from './errors.ts'
import type { ResourceId } from './resource.ts'

/** What was decided. One event for each security decision, stored with the change it describes. */
export const auditTypes = [
  'sign_in',
  'sign_out',
  'logout_delivered',
  'consent',
  'code_issued',
  'authorize_refused',
  'device_code_issued',
  'device_refused',
  'user_code_entered',
  'user_codes_guessed',
  'client_refused',
  'token_issued',
  'token_refused',
  'refresh_retried',
  'authorization_revoked',
  'token_revoked',
  'revocation_refused',
  'client_saved',
  'client_registered',
  'client_changed',
  'client_removed',
  'registration_refused',
  'registration_token_made',
  'account_saved',
  'key_created',
  'key_retired',
  'audit_pruned',
  'database_restored',
] as const

export type AuditType = (typeof auditTypes)[number]

/** An audit event. It names parties and reasons; it never holds a token, a code, a secret or a password. */
export interface AuditEvent {
  /** 32 hexadecimal digits, rising with time. */
  readonly id: string
  readonly at: Instant
  readonly type: AuditType
  readonly outcome: 'done' | 'refused'
  /** Why, and of a token that was issued on somebody's word: whose. */
  readonly reason: Reason | string | undefined
  readonly clientId: ClientId | undefined
  readonly subject: Subject | undefined
  readonly authorizationId: AuthorizationId | undefined
  /** Of the caller: an IPv4 address, or the /64 of an IPv6 one. */
  readonly address: string | undefined
  /** As in the `Hufu-Request-Id` header. */
  readonly requestId: string | undefined
  readonly grantType: string | undefined
  readonly scope: string | undefined
  /** What a token is for. */
  readonly resource: ResourceId | undefined
  /** Who acts for the subject: the `sub` of the current actor (RFC 8693 section 4.1). */
  readonly actor: string | undefined
  /** How many alike it stands for: 1, but of refusals that came too fast to be told one by one (`RefusalQuota`). */
  readonly count: number
}
