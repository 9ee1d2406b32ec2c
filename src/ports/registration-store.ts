import type { Brand } from '../base/brand.ts'
import type { Instant } from '../base/time.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type { Client, ClientId } from '../protocol/client.ts'

export type RegistrationTokenId = Brand<string, 'RegistrationTokenId'>

/** An initial access token (RFC 7591 section 1.2): lets whoever has it register so many clients. */
export interface RegistrationToken {
  readonly id: RegistrationTokenId
  /** SHA-256 of the secret part, lower-case hexadecimal. */
  readonly secretHash: string
  readonly usesLeft: number
  readonly expiresAt: Instant
}

export interface NewRegistration {
  /** One with a `registration`. */
  readonly client: Client
  /** The initial access token it came with. */
  readonly tokenId: RegistrationTokenId | undefined
  /** There are never more clients that made themselves known. */
  readonly maxClients: number
}

/** The part of the store about clients that nobody but they themselves made known. */
export interface RegistrationStore {
  /**
   * Adds a client and uses up one use of its initial access token: both or neither. `token_unusable` if that is used
   * up, has expired or is not there. Where there are too many already, the oldest that was never used leaves for it, if it
   * has been there for ten minutes; else it is `full`. If a client of the same id is there, as
   * happens with metadata documents, it is replaced as by `replaceClient`.
   */
  registerClient(registration: NewRegistration, event: AuditEvent, now: Instant): Promise<Registered>
  /**
   * Replaces the metadata of a client that made itself known. What is not its own to say stays: when it was made, and
   * whether an operator disabled it. `false`, and nothing written, if there is none of that id, or an operator's.
   */
  replaceClient(client: Client, event: AuditEvent): Promise<boolean>
  /**
   * Ends a client that made itself known. From then on it is not found, and nothing is issued to it. `false` if it was
   * ended before. Its row and its consents leave by and by.
   */
  removeClient(id: ClientId, event: AuditEvent, now: Instant): Promise<boolean>
  /** A client that the operator reviewed, not disabled, whose name has this skeleton (`skeletonOf`). */
  findReviewedByName(skeleton: string): Promise<Client | undefined>

  saveRegistrationToken(token: RegistrationToken, event: AuditEvent): Promise<void>
  /** Used up or not; one that has expired may be gone. */
  findRegistrationToken(id: RegistrationTokenId): Promise<RegistrationToken | undefined>
}

export type Registered = 'done' | 'token_unusable' | 'full'
