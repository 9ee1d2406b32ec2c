import type { Store } from 'hufu'
import { anAuthorization, anEvent, aRefreshChain } from 'hufu/testing'

/** What is under way at once: as much as shares a commit. */
const atOnce = 256

type Authorization = ReturnType<typeof anAuthorization>
type Instant = Authorization['createdAt']

/** So many authorizations with a refresh token, given now, which end at `end`. */
export async function fill(store: Store, count: number, end: number): Promise<void> {
  const now = Date.now() as Instant
  const endsAt = end as Instant
  for (let made = 0; made < count; made += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - made) }, () => save(store, now, endsAt)))
  }
}

export async function save(store: Store, now: Instant, endsAt: Instant): Promise<Authorization> {
  const authorization = anAuthorization({
    createdAt: now,
    authenticatedAt: now,
    refresh: aRefreshChain({ expiresAt: endsAt, absoluteEnd: endsAt }),
    endsAt,
  })
  const event = anEvent({ type: 'token_issued' })
  await store.commit({ redeem: undefined, authorization, opaqueToken: undefined, event }, now)

  return authorization
}

/** Uses the refresh token of each so many times. */
export async function rotate(store: Store, all: readonly Authorization[], times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    for (let at = 0; at < all.length; at += atOnce)
      await Promise.all(
        all.slice(at, at + atOnce).map((each) => rotateOnce(store, each, (each.refresh?.generation ?? 0) + time)),
      )
  }
}

async function rotateOnce(store: Store, { id, endsAt }: Authorization, generation: number): Promise<void> {
  const now = Date.now() as Instant
  const chain = aRefreshChain({ generation: generation + 1, rotatedAt: now, expiresAt: endsAt, absoluteEnd: endsAt })
  const redeem = { kind: 'refresh_token', authorizationId: id, generation, chain, endsAt } as const
  const event = anEvent({ type: 'token_issued' })
  const commit = await store.commit({ redeem, authorization: undefined, opaqueToken: undefined, event }, now)
  if (commit.kind !== 'done') throw new Error(`a rotation came to ${commit.kind}`)
}
