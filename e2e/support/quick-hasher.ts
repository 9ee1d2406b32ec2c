import { createHash } from 'node:crypto'
import type { AuthorizationServerOptions } from 'hufu'

/** Fast, and good for nothing but tests, which are not about the hashing of passwords. */
export const quickHasher: NonNullable<AuthorizationServerOptions['hasher']> = {
  hash: async (password) => createHash('sha256').update(password).digest('hex'),
  verify: async (password, stored) => createHash('sha256').update(password).digest('hex') === stored,
}
