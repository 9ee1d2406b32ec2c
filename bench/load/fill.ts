import { randomBytes } from 'node:crypto'
import type { Store } from 'hufu'
import { anAuthorization, anEvent, anOpaqueToken, aRefreshChain } from 'hufu/testing'

/** What is under way at once: as much as shares a commit. */
const atOnce = 256

type Authorization = ReturnType<typeof anAuthorization>
type Instant = Authorization['createdAt']

/** So many authorizations with a refresh token, given now, which end at `end`, and with each an opaque access token that ends with it. */
export async function fill(store: Store, count: number, end: number): Promise<void> {
  const endsAt = end as Instant
  for (let made = 0; made < count; made += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - made) }, () => save(store, Date.now() as Instant, endsAt, true)),
    )
  }
}

export async function save(store: Store, now: Instant, endsAt: Instant, withToken = false): Promise<Authorization> {
  const id = idOf<Authorization['id']>(now)
  const authorization = anAuthorization({
    id,
    createdAt: now,
    authenticatedAt: now,
    refresh: aRefreshChain({ expiresAt: endsAt, absoluteEnd: endsAt }),
    endsAt,
  })
  const token = anOpaqueToken({ id: idOf(now), authorizationId: id, issuedAt: now, expiresAt: endsAt })
  const event = anEvent({ id: idOf(now), at: now, type: 'token_issued', authorizationId: id })
  await store.commit({ redeem: undefined, authorization, opaqueToken: withToken ? token : undefined, event }, now)

  return authorization
}

/** Of that millisecond, as the server makes them: a UUID of version 7. */
const idOf = <Id extends string>(now: Instant) =>
  `${now.toString(16).padStart(12, '0')}7${randomBytes(10)
    .toString('hex')
    .replace(/^(...)./, '$18')
    .slice(0, 19)}` as Id

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
