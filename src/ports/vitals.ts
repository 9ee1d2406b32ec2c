import type { Counted } from '../base/tally.ts'

/*
 * Numbers that parts keep of themselves while they work, for who watches the server: read when somebody asks, never sent
 * anywhere. Names, ids and texts of strangers are in none of them.
 */

export interface StoreVitals {
  /** Calls that were refused since there was too much to do already. */
  readonly refused: number
  /** Writes that shared one commit, and seconds that a commit took. */
  readonly commits?: { readonly writes: Counted; readonly seconds: Counted }
  /** Of a database elsewhere. */
  readonly pool?: PoolVitals
}

export interface PoolVitals {
  readonly inUse: number
  readonly idle: number
  /** Calls that wait for a connection. */
  readonly waiting: number
  /** Connections that were made. */
  readonly made: number
  /** How often one was lost, after which those of before are not trusted. */
  readonly lost: number
  /** Seconds until a call had a connection. */
  readonly seconds: Counted
}

export interface HasherVitals {
  readonly running: number
  readonly waiting: number
  readonly refused: number
}

/** Of the key that signs with one algorithm. */
export interface KeyVitals {
  readonly alg: string
  /** Seconds for which it has been signing. */
  readonly age: number
  /** Seconds until the next one signs; none is known yet otherwise. */
  readonly untilNext: number | undefined
}
