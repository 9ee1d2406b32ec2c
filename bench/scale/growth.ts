import { fill } from '../load/fill.ts'
import { openHufu } from '../load/open-target.ts'
import { measure } from '../measure.ts'
import type { Timing } from '../measure.ts'
import { spreadOf } from '../report/statistics.ts'
import type { Spread } from '../report/statistics.ts'
import type { Target } from '../targets.ts'
import { makeRefreshTokens, rotationAmong } from '../works/code-flow.ts'
import { works } from '../works/index.ts'
import type { Work } from '../works/work.ts'
import type { MakePlace } from './place.ts'

export const measuredWorks: readonly string[] = ['W2', 'W3', 'W4', 'W5']

const month = 30 * 86_400_000
/** Among the stored ones lie so many that are refreshed, made in so many portions. */
const refreshed = 2000
const portions = 100

interface Grown {
  readonly target: Target
  readonly works: readonly Work[]
  readonly cpu: Map<string, number[]>
}

/** Microseconds of the server's processor time for each request, by size and work; and how long it took to store so many. */
export async function measureGrowth(
  makePlace: MakePlace,
  sizes: readonly number[],
  timing: Timing,
  repetitions: number,
): Promise<{ readonly growth: readonly Readonly<Record<string, Spread>>[]; readonly fillSeconds: readonly number[] }> {
  const all: Grown[] = []
  const fillSeconds: number[] = []
  try {
    for (const size of sizes) {
      const begin = performance.now()
      all.push(await grow(makePlace, size))
      fillSeconds.push((performance.now() - begin) / 1000)
    }
    // The sizes take turns, so that what else the machine does meets all of them.
    for (let round = 0; round < repetitions; round++)
      for (const id of measuredWorks)
        for (const { target, works: own, cpu } of all) {
          const sample = await measure(
            own.find((work) => work.id === id)!,
            target,
            timing,
          )
          cpu.set(id, [...(cpu.get(id) ?? []), sample.cpu])
        }
  } finally {
    for (const { target } of all) await target.process.stop()
  }

  return {
    growth: all.map(({ cpu }) => Object.fromEntries([...cpu].map(([id, samples]) => [id, spreadOf(samples)]))),
    fillSeconds,
  }
}

/** A server over so many authorizations; what it refreshes itself is scattered evenly among them. */
async function grow(makePlace: MakePlace, size: number): Promise<Grown> {
  const place = await makePlace()
  const store = place.open()
  const target = await openHufu(place.folder, place.address)
  const tokens: string[] = []
  const [own, share] = [Math.min(refreshed, size / 2), Math.ceil(size / portions)]
  for (let made = 0; made < size; made += share) {
    await fill(store, Math.max(0, share - Math.ceil(own / portions)), Date.now() + month)
    tokens.push(...(await makeRefreshTokens(target, Math.ceil(own / portions), 64)))
  }
  await store.close()

  return { target, works: [rotationAmong(tokens), ...works.filter(({ id }) => id !== 'W3')], cpu: new Map() }
}
