import { fill } from '../load/fill.ts'
import type { MakePlace } from './place.ts'

/** As the server does it. */
const limit = 500

export interface Pruning {
  readonly authorizations: number
  readonly seconds: number
  /** Rows, or partitions of rows, that were looked at. */
  readonly counted: number
}

/** How long it takes to remove so many authorizations that are over, with an access token each. */
export async function measurePruning(makePlace: MakePlace, authorizations: number): Promise<Pruning> {
  const place = await makePlace()
  const store = place.open()
  const now = Date.now()
  await fill(store, authorizations, now)
  const begin = performance.now()
  let counted = 0
  for (let left = limit; left >= limit; counted += left) left = await store.prune((now + 86_400_000) as never, limit)
  const seconds = (performance.now() - begin) / 1000
  await store.close()

  return { authorizations, seconds, counted }
}
