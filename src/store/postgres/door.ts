import { StoreUnavailable } from '../../ports/store.ts'

/** Lets in so many calls at once and refuses the others; once it is closed, all. */
export interface Door {
  readonly through: <Value>(call: () => Promise<Value>) => Promise<Value>
  /** How many were refused since too many were inside. */
  readonly refused: () => number
  /** Answers when the last one that was let in has gone. */
  readonly close: () => Promise<void>
}

export function createDoor(limit: number): Door {
  let inside = 0
  let refused = 0
  let closed = false
  let whenEmpty: (() => void) | undefined

  return {
    async through(call) {
      if (closed) throw new StoreUnavailable('the store is closed')
      if (inside >= limit) {
        refused += 1
        throw new StoreUnavailable('too many calls wait for PostgreSQL')
      }
      inside += 1
      try {
        return await call()
      } finally {
        inside -= 1
        if (inside === 0) whenEmpty?.()
      }
    },
    refused: () => refused,
    async close() {
      closed = true
      if (inside > 0) await new Promise<void>((resolve) => (whenEmpty = resolve))
    },
  }
}
