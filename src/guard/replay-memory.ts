/** Remembers which DPoP proofs were used. */
export interface ReplayStore {
  /**
   * True for the first call with this key, false for each further one until `expiresAt`, in milliseconds since 1970.
   * Rejects if it cannot tell: then nobody is admitted.
   */
  readonly useOnce: (key: string, expiresAt: number, now: number) => boolean | Promise<boolean>
}

/** Proofs that are remembered at most: seven thousand a second, about 40 MB. */
export const maxReplays = 500_000

/** Proofs that end within the same so many milliseconds are forgotten together. */
const slot = 5000

/**
 * The memory of one process. What has ended is forgotten; while it is full of proofs that could come again it rejects,
 * for to forget one of these is to let it in twice.
 */
export function createReplayMemory(maxEntries = maxReplays): ReplayStore & { readonly size: number } {
  const slots = new Map<number, Set<string>>()
  let size = 0

  const forget = (now: number) => {
    for (const [number, keys] of slots) {
      if (number * slot > now) continue
      slots.delete(number)
      size -= keys.size
    }
  }

  return {
    useOnce(key, expiresAt, now) {
      forget(now)
      // Signed anew with another time, the same proof ends at another one.
      for (const keys of slots.values()) if (keys.has(key)) return false
      if (size >= maxEntries) throw new Error('too many DPoP proofs at once to remember them all')

      const number = Math.ceil(expiresAt / slot)
      slots.set(number, (slots.get(number) ?? new Set()).add(key))
      size += 1
      return true
    },
    get size() {
      return size
    },
  }
}
