/** A map that forgets what was used longest ago. */
export interface BoundedCache<Value> {
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
  readonly clear: () => void
  readonly size: number
}

export function createBoundedCache<Value>(maxEntries: number): BoundedCache<Value> {
  const entries = new Map<string, Value>()

  return {
    get: (key) => {
      const value = entries.get(key)
      if (value === undefined) return undefined
      // A Map keeps the order of insertion, so the one put in anew is the one used last.
      entries.delete(key)
      entries.set(key, value)

      return value
    },
    set: (key, value) => {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value!)
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    get size() {
      return entries.size
    },
  }
}
