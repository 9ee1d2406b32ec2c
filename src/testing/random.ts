import { createHash } from 'node:crypto'
import type { Random } from '../ports/random.ts'

/** The same octets in every run, for tests that must be repeatable: SHA-256 of the seed and a counter. */
export function seededRandom(seed: string | number): Random {
  let block = 0
  let pool = Buffer.alloc(0)

  return (count) => {
    while (pool.length < count) pool = Buffer.concat([pool, createHash('sha256').update(`${seed}:${block++}`).digest()])
    const octets = Uint8Array.from(pool.subarray(0, count))
    pool = pool.subarray(count)

    return octets
  }
}
