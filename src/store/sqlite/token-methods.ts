import type { Store } from '../../ports/store.ts'
import { authorizationEnded, tokenEnded } from '../changes.ts'
import type { Access } from './access.ts'
import { createCommit } from './commit.ts'
import type { Tables } from './open-tables.ts'

/** Codes, authorizations and tokens: how they are redeemed, rotated and ended, and what may be done once or so often. */
export function tokenMethods(
  { read, write, tellingWrite }: Access,
  tables: Tables,
): Pick<
  Store,
  | 'findCode'
  | 'burnCode'
  | 'commit'
  | 'findAuthorization'
  | 'revokeAuthorization'
  | 'findOpaqueToken'
  | 'revokeAccessToken'
  | 'isAccessTokenRevoked'
  | 'useOnce'
  | 'isUsed'
  | 'findAttempts'
  | 'countAttempt'
> {
  const { audit, authorizations, changes, codes, once, throttle, tokens } = tables
  const commitTokens = createCommit(tables)

  return {
    findCode: (id) => read(() => codes.find(id)),
    burnCode: (id, event, now) =>
      write(() => {
        const burned = codes.burn(id, now)
        if (burned) audit.append(event)

        return burned
      }),

    commit: (given, now) => write(() => commitTokens(given, now)),

    findAuthorization: (id) => read(() => authorizations.find(id)),
    revokeAuthorization: (id, reason, event, now) =>
      tellingWrite(() => {
        const ended = authorizations.revoke(id, reason, now)
        if (ended) changes.append(authorizationEnded(id, now))
        if (ended) audit.append(event)

        return ended
      }),

    findOpaqueToken: (id) => read(() => tokens.find(id)),
    revokeAccessToken: (id, expiresAt, event) =>
      tellingWrite(() => {
        const ended = tokens.revoke(id, expiresAt)
        if (ended) changes.append(tokenEnded(id, expiresAt))
        if (ended) audit.append(event)

        return ended
      }),
    isAccessTokenRevoked: (id) => read(() => tokens.isRevoked(id)),

    useOnce: (key, expiresAt) => write(() => once.use(key, expiresAt)),
    isUsed: (key) => read(() => once.isUsed(key)),

    findAttempts: (key, now) => read(() => throttle.find(key, now)),
    countAttempt: (key, windowEnd, now) => write(() => throttle.count(key, windowEnd, now)),
  }
}
