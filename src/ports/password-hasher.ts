import type { HasherVitals } from './vitals.ts'

/** Slow hashing for what people choose. Implementations keep off the event loop and bound what waits. */
export interface PasswordHasher {
  /** A PHC string: algorithm, parameters, salt and hash in one. Rejects with {@link PasswordHasherBusy}. */
  hash(password: string): Promise<string>
  /**
   * Takes the same time for `undefined` (no such account) as for a wrong password (attack row UI-05). Rejects with
   * {@link PasswordHasherBusy}.
   */
  verify(password: string, stored: string | undefined): Promise<boolean>
  /** Of one that has a queue. */
  readonly vitals?: () => HasherVitals
}

/** More passwords wait than there is patience for; nothing was decided. Becomes 503 at the edge. */
export class PasswordHasherBusy extends Error {
  override readonly name = 'PasswordHasherBusy'
}
