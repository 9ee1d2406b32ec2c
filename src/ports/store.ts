import type { Instant } from '../base/time.ts'
import type { Account, Subject } from '../protocol/account.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type {
  AccessTokenId,
  Authorization,
  AuthorizationCode,
  AuthorizationId,
  BrowserSession,
  CodeId,
  Consent,
  DeviceAuthorizationId,
  OpaqueAccessToken,
  PushedRequestId,
  RevocationReason,
  SessionId,
  Transaction,
  TransactionId,
} from '../protocol/authorization.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import type { DeviceOutcome } from '../protocol/device.ts'
import type { Commit, TokenChanges } from '../protocol/plan.ts'
import type { PushedRequest } from '../protocol/pushed-request.ts'
import type { AuditStore } from './audit-store.ts'
import type { DeviceStore } from './device-store.ts'
import type { EpochStore } from './epoch-store.ts'
import type { LogoutStore } from './logout-store.ts'
import type { Recollection } from './recollection.ts'
import type { RegistrationStore } from './registration-store.ts'
import type { StoreVitals } from './vitals.ts'

/**
 * Where Hufu keeps what must not be forgotten. Every method that writes says what is atomic and what came of it;
 * nothing is answered before it is on disk. Each write carries the audit event that describes it, stored in the same
 * transaction: both or neither. All methods may be called concurrently, from several connections and processes.
 * Reads see every write that was acknowledged before they began; looking up a client or a count of failed attempts may
 * miss what another process wrote within the running turn of the event loop.
 *
 * Rejects with {@link StoreUnavailable} when the store cannot answer now; nothing was written then, unless the
 * connection was lost in the middle of a commit. Any other rejection is a fault of ours, and nothing was written.
 *
 * Ids are 32 lower-case hexadecimal digits, hashes and session ids 64. To look for any other text finds nothing; to
 * store one is a fault.
 */
export interface Store extends RegistrationStore, DeviceStore, LogoutStore, EpochStore, AuditStore {
  /**
   * What time it is where the store is. Only of a store that several machines share: the clocks of these may differ, and
   * this one counts then.
   */
  readonly readClock?: () => Promise<Instant>

  /** Of a store that is far away, so that not every decision waits for it twice. */
  readonly recollection?: Recollection

  findClient(id: ClientId): Promise<Client | undefined>
  /** An operator's: adds the client, or replaces the one of the same id, whoever made that known. */
  saveClient(client: Client, event: AuditEvent): Promise<void>

  findAccount(subject: Subject): Promise<Account | undefined>
  /** Whose it is, without waiting for the thing itself: who needs both asks for both at once. */
  findAccountOf(thing: PersonalThing): Promise<Account | undefined>
  /** @param canonical as `canonicalUsername` makes it */
  findAccountByUsername(canonical: string): Promise<Account | undefined>
  /**
   * Adds or replaces the account; `username_taken` if another account has that canonical username. Sessions that speak
   * for it no more (`stillStands`) end, and the clients that took part in them wait to be told.
   */
  saveAccount(account: Account, canonical: string, event: AuditEvent): Promise<'done' | 'username_taken'>

  /**
   * Keeps a request that waits for a person. With a quota it is counted under `quota.key`, in one step; beyond the limit
   * of the window that is running at its creation it is counted and not kept; then the count is told.
   */
  saveTransaction(transaction: Transaction, quota?: Quota): Promise<'done' | Attempts>
  /** How many are kept, answered or not, until `prune` takes them away; no more than `limit` are counted. */
  countWaiting(limit: number): Promise<number>
  findTransaction(id: TransactionId): Promise<Transaction | undefined>

  /**
   * Keeps a pushed authorization request and counts it under `quota.key`, in one step. Beyond the limit of the window
   * that is running at `now` it is counted and not kept; then the count is told.
   */
  savePushedRequest(request: PushedRequest, quota: Quota, now: Instant): Promise<'done' | Attempts>
  /** Not found once it was used. */
  findPushedRequest(id: PushedRequestId): Promise<PushedRequest | undefined>

  findSession(id: SessionId): Promise<BrowserSession | undefined>
  /** The session that goes on with the one that was begun under this id. */
  findSessionBegunAs(id: SessionId): Promise<BrowserSession | undefined>
  /**
   * Begins a session and takes away the one it replaces, if any. Unless that has the same `begunAs` and so goes on, it
   * ends as by `endSession`.
   */
  startSession(
    session: BrowserSession,
    replaces: SessionId | undefined,
    event: AuditEvent,
    revoked: AuditEvent,
  ): Promise<void>
  /**
   * Ends a session, at the time of the event: every client that took part in it waits to be told, and authorizations
   * that were given in it with `openid` and without `offline_access` end (Back-Channel Logout 1.0 section 2.7).
   * `unknown` if there was none: then nothing is written.
   *
   * @param revoked written besides if an authorization has ended
   */
  endSession(id: SessionId, event: AuditEvent, revoked: AuditEvent): Promise<'done' | 'unknown'>

  findConsent(subject: Subject, clientId: ClientId): Promise<Consent | undefined>

  /**
   * Answers an authorization request, once: stores the code, and the consent if one was given. Of any number of
   * concurrent calls for one transaction, one pushed request or one device exactly one is `done`; for the others nothing
   * is written.
   *
   * @param answers `undefined` when no page was needed and nothing was pushed, so that the request is stored nowhere
   */
  issueCode(
    code: AuthorizationCode,
    answers: Answers | undefined,
    consent: Consent | undefined,
    event: AuditEvent,
    now: Instant,
  ): Promise<'done' | 'already_answered'>
  /** Answers a waiting request where no code goes out: a refusal, or what a device waits for; `already_answered` as above. */
  answerRequest(answers: Answers, event: AuditEvent, now: Instant): Promise<'done' | 'already_answered'>

  findCode(id: CodeId): Promise<AuthorizationCode | undefined>
  /** The code can never succeed again. `false` if it was redeemed or burned before: then nothing is written. */
  burnCode(id: CodeId, event: AuditEvent, now: Instant): Promise<boolean>

  /**
   * Redeems what the changes redeem and records what they issue: both, or neither. A refresh token is rotated only
   * if its authorization stands unrevoked at the generation named, an assertion used as by `useOnce`. Expiry is not asked about here: it was decided.
   * Of a session that must last and ends meanwhile the first one wins too (`session_ended`).
   * Of a client that is removed and tokens that are issued to it, the first one wins (`client_gone`).
   * What the decision took from `recollection` is asked for by the same write (`outdated`).
   */
  commit(changes: TokenChanges, now: Instant): Promise<Commit>

  findAuthorization(id: AuthorizationId): Promise<Authorization | undefined>
  /**
   * Ends an authorization and thereby all its tokens. `false` if it was ended before: then nothing is written. The
   * row then leaves after 30 days at the latest; an authorization without a row is just as dead.
   */
  revokeAuthorization(id: AuthorizationId, reason: RevocationReason, event: AuditEvent, now: Instant): Promise<boolean>

  findOpaqueToken(id: AccessTokenId): Promise<OpaqueAccessToken | undefined>
  /**
   * Ends one access token, opaque or JWT, by its id (`jti`), durably until `expiresAt`. `false` if it was ended before.
   * An opaque one is not found any more.
   */
  revokeAccessToken(id: AccessTokenId, expiresAt: Instant, event: AuditEvent): Promise<boolean>
  isAccessTokenRevoked(id: AccessTokenId): Promise<boolean>

  /**
   * Remembers that `key` was seen, until `expiresAt`. Of any number of concurrent calls with one key exactly one is
   * told `true`: "I was the first".
   */
  useOnce(key: string, expiresAt: Instant): Promise<boolean>
  /** True if `key` was seen, by `useOnce` or by redeeming an assertion, and is still remembered. */
  isUsed(key: string): Promise<boolean>

  /** Failed attempts counted under `key` in the window that is running at `now`. */
  findAttempts(key: string, now: Instant): Promise<Attempts | undefined>
  /** Counts one more failed attempt; the first one starts a window that ends at `windowEnd`. */
  countAttempt(key: string, windowEnd: Instant, now: Instant): Promise<Attempts>

  loadSigningKeys(): Promise<readonly SealedKey[]>
  /** Adds keys and removes others in one step; `false`, and nothing written, if another instance changed the set since `version`. */
  changeSigningKeys(change: KeyChange, event: AuditEvent): Promise<boolean>

  /**
   * Removes what has passed, looking at no more than `limit` rows that are due; returns how many those were, so that
   * less than `limit` means "nothing is left for now"; what leaves in one piece comes on top. A code, of a browser or of a device, stays until an hour after its
   * end, so that a replay is recognised; audit events stay (see `AuditStore`). A client that made itself known leaves, with its consents, when it was not used in
   * time and nothing that was issued to it is alive, nor does a person decide about it; one that was disabled stays. Called again and again by the
   * server.
   */
  prune(now: Instant, limit: number): Promise<number>

  /** Numbers of its work since it was opened. */
  readonly vitals?: () => StoreVitals

  /** Waits for what is under way, then lets go of files and connections. */
  close(): Promise<void>
}

/** What belongs to a person. */
export type PersonalThing =
  | { readonly kind: 'code'; readonly id: CodeId }
  | { readonly kind: 'authorization'; readonly id: AuthorizationId }
  | { readonly kind: 'session'; readonly id: SessionId }

/** The stored forms of one authorization request: all of them are answered, or none. */
export interface Answers {
  readonly transaction: TransactionId | undefined
  /** What it was pushed as, expired or not. `until`: no browser can come back to it later. */
  readonly pushed: { readonly id: PushedRequestId; readonly until: Instant } | undefined
  /** The device that waits for it. */
  readonly device: DeviceAnswered | undefined
}

export interface DeviceAnswered {
  readonly id: DeviceAuthorizationId
  /** The browser that answers: the one that entered the code, or nothing is written. */
  readonly claimedBy: string
  readonly outcome: DeviceOutcome
}

/** At most `limit` in the window; the first one starts a window that ends at `windowEnd`. */
export interface Quota {
  readonly key: string
  readonly limit: number
  readonly windowEnd: Instant
}

export interface Attempts {
  readonly count: number
  readonly windowEnd: Instant
}

/** A signing key as it is stored: its private half encrypted with the server's key, which is outside the store. */
export interface SealedKey {
  readonly kid: string
  readonly alg: string
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** AES-256-GCM, base64url. */
  readonly sealedPrivateKey: string
  readonly createdAt: Instant
  /** Signs from here on; published before. */
  readonly activeFrom: Instant
  /** Leaves the published set here. */
  readonly retireAt: Instant
}

export interface KeyChange {
  /** Ids of the keys that the decision was made on. */
  readonly seen: readonly string[]
  readonly add: readonly SealedKey[]
  readonly remove: readonly string[]
}

/** The store cannot answer now: busy beyond its time limit, full, frozen, closed. Becomes 503 at the edge. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/** True for {@link StoreUnavailable}, by its name: an adapter from elsewhere may bring a class of its own. */
export const isUnavailable = (thrown: unknown) => thrown instanceof Error && thrown.name === 'StoreUnavailable'
