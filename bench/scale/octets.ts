import { rotate, save } from '../load/fill.ts'
import type { MakePlace } from './place.ts'

const count = 2000
const month = 30 * 86_400_000

export interface Octets {
  readonly refreshes: number
  readonly octets: number
}

/** Octets of the table and its indexes for each live authorization, after so many refreshes of each. */
export async function measureOctets(makePlace: MakePlace, steps: readonly number[]): Promise<readonly Octets[]> {
  const place = await makePlace()
  const store = place.open()
  const end = Date.now() + month
  const all = await Promise.all(Array.from({ length: count }, () => save(store, Date.now() as never, end as never)))
  const found: Octets[] = []
  let done = 0
  for (const refreshes of steps) {
    const later = all.map((each) => ({
      ...each,
      refresh: { ...each.refresh!, generation: each.refresh!.generation + done },
    }))
    await rotate(store, later, refreshes - done)
    done = refreshes
    found.push({ refreshes, octets: Math.round((await place.octets()) / count) })
  }
  await store.close()

  return found
}
