/** Slow hashing for what people choose. Implementations keep off the event loop and bound what waits. */
export interface PasswordHasher {
  /** A PHC string: algorithm, parameters, salt and hash in one. */
  hash(password: string): Promise<string>
  /** Takes the same time for `undefined` (no such account) as for a wrong password (attack row UI-05). */
  verify(password: string, stored: string | undefined): Promise<boolean>
}
