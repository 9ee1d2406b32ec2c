import type { PairwiseKey } from '../protocol/pairwise.ts'
import type { RefreshKey } from '../protocol/refresh-token.ts'
import type { Settings } from '../protocol/settings.ts'
import type { ClientFinder } from './client-finder.ts'
import type { Clock } from './clock.ts'
import type { FetchDocument } from './fetch-document.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Random } from './random.ts'
import type { Signer } from './signer.ts'
import type { Store } from './store.ts'

/** Everything the core asks of the world outside it. */
export interface Ports {
  readonly store: Store
  readonly now: Clock
  readonly random: Random
  readonly signer: Signer
  readonly hasher: PasswordHasher
  readonly settings: Settings
  readonly keys: DerivedKeys
  readonly log: Log
  readonly fetchDocument: FetchDocument
  readonly clients: ClientFinder
  readonly logouts: Logouts
}

/** Tells clients that sessions have ended, as the store knows. */
export interface Logouts {
  /** There may be something to tell. Waits for nothing and never throws. */
  readonly soon: () => void
}

/** Keys derived from the server's secret, one for each use. */
export interface DerivedKeys {
  readonly refreshTokens: RefreshKey
  /** Binds forms to the browser they were made for. */
  readonly forms: Uint8Array
  /** Makes the codes that devices show. */
  readonly userCodes: Uint8Array
  /** Makes the nonces of DPoP proofs. */
  readonly proofNonces: Uint8Array
  readonly pairwiseSubjects: PairwiseKey
  /** Of the chain over the audit. */
  readonly auditSeals: Uint8Array
}

/** What went wrong on our side, for the operator. Never a secret, never a request's content. */
export interface Log {
  readonly fault: (error: unknown, requestId: string) => void
}
