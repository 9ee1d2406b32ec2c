import { setTimeout as pause } from 'node:timers/promises'
import type { AuthorizationServerOptions } from 'hufu'
import { anId } from 'hufu/testing'

type Store = AuthorizationServerOptions['store']
type Commit = Store['commit']
type Changes = Parameters<Commit>[0]

export interface BrokenAdapter {
  /** What is wrong with it. */
  readonly fault: string
  readonly breaks: (store: Store) => Store
  /** The races that have to notice. */
  readonly noticedBy: readonly ('codes' | 'refresh tokens' | 'strict' | 'revocation')[]
}

const gapMs = 10

/** Everything but the redemption, without a condition: what an UPDATE does whose WHERE names only the id. */
const writeAnyway = async (store: Store, changes: Changes, now: Parameters<Commit>[1]) => {
  const { kind } = await store.commit(changes, now)

  return kind === 'already_redeemed' ? store.commit({ ...changes, redeem: undefined }, now) : { kind: 'done' as const }
}

/** Faults that stores of real servers have had, each around a store that has none. */
export const brokenAdapters: readonly BrokenAdapter[] = [
  {
    fault: 'looks whether a code or token is unused, and then writes without a condition',
    noticedBy: ['codes', 'strict'],
    breaks: (store) => ({
      ...store,
      commit: async (changes, now) => {
        if (await isUsed(store, changes)) return store.commit(changes, now)
        await pause(gapMs)

        return writeAnyway(store, changes, now)
      },
    }),
  },
  {
    fault: 'writes under a condition, and ignores how many rows that met',
    noticedBy: ['codes', 'strict'],
    breaks: (store) => ({ ...store, commit: (changes, now) => writeAnyway(store, changes, now) }),
  },
  {
    fault: 'reads codes and authorizations as they were when they were first read',
    noticedBy: ['codes', 'refresh tokens', 'strict', 'revocation'],
    breaks: (store) => ({
      ...store,
      findCode: remembering((id) => store.findCode(id)),
      findAuthorization: remembering((id) => store.findAuthorization(id)),
    }),
  },
  {
    fault: 'acknowledges the first redemption of each thing, and loses it',
    noticedBy: ['codes', 'strict'],
    breaks: (store) => {
      const seen = new Set<string>()

      return {
        ...store,
        commit: async (changes, now) => {
          const { redeem } = changes
          const thing = redeem?.kind === 'code' ? redeem.id : redeem?.kind === 'refresh_token' && redeem.authorizationId
          if (typeof thing !== 'string' || seen.has(thing)) return store.commit(changes, now)
          seen.add(thing)

          return { kind: 'done' }
        },
      }
    },
  },
  {
    fault: 'acknowledges a commit before it is made',
    noticedBy: ['codes', 'strict'],
    breaks: (store) => ({
      ...store,
      commit: async (changes, now) => {
        void pause(gapMs).then(() => store.commit(changes, now))

        return { kind: 'done' }
      },
    }),
  },
  {
    fault: 'marks a code as used in one commit, and stores what it made in the next',
    noticedBy: ['codes'],
    breaks: (store) => ({
      ...store,
      commit: async (changes, now) => {
        if (changes.redeem?.kind !== 'code') return store.commit(changes, now)
        const used = await store.commit({ ...changes, authorization: undefined, opaqueToken: undefined }, now)
        if (used.kind !== 'done') return used
        await pause(gapMs)

        return store.commit({ ...changes, redeem: undefined, event: { ...changes.event, id: anId() } }, now)
      },
    }),
  },
  {
    fault: 'acknowledges a revocation that is lost',
    noticedBy: ['codes', 'strict', 'revocation'],
    breaks: (store) => ({ ...store, revokeAuthorization: async () => true }),
  },
]

async function isUsed(store: Store, { redeem }: Changes): Promise<boolean> {
  if (redeem?.kind === 'code') return (await store.findCode(redeem.id))?.redeemedAt !== undefined
  if (redeem?.kind !== 'refresh_token') return false
  const found = await store.findAuthorization(redeem.authorizationId)

  return found?.revokedAt !== undefined || found?.refresh?.generation !== redeem.generation
}

/** What was found once is found for ever. */
function remembering<Id, Row>(find: (id: Id) => Promise<Row | undefined>): (id: Id) => Promise<Row | undefined> {
  const known = new Map<Id, Row>()

  return async (id) => {
    const row = known.get(id) ?? (await find(id))
    if (row !== undefined) known.set(id, row)

    return row
  }
}
