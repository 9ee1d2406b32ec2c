import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../ports/random.ts'
import type { Store } from '../ports/store.ts'

const maxPauseMs = 5

type Method = (...given: readonly unknown[]) => Promise<unknown>

/**
 * The same store, further away: every call waits 0 to 5 ms before it reaches the store and again before its answer
 * comes back. What only works because the embedded store is quick, fails with this one.
 */
export function slowStore(store: Store, random: Random): Store {
  const aWhile = () => pause((random(1)[0] ?? 0) % (maxPauseMs + 1))
  const slow =
    (call: Method): Method =>
    async (...given) => {
      await aWhile()
      try {
        return await call(...given)
      } finally {
        await aWhile()
      }
    }
  const methods = Object.entries(store).map(([name, member]) => [
    name,
    typeof member === 'function' ? slow(member as Method) : member,
  ])

  return Object.fromEntries(methods) as Store
}
