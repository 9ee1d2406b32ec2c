/** How many may wait for one host, and be under way for all hosts together. */
const maxWaiting = 5
const maxUnderWay = 50

/** Lets work for one host be done one after the other, and a bounded amount of it at all. */
export interface Turns {
  /** `undefined`, and nothing is done, where too much waits already. */
  take<Value>(host: string, work: () => Promise<Value>): Promise<Value | undefined>
}

export function createTurns(): Turns {
  const queues = new Map<string, { waiting: number; last: Promise<unknown> }>()
  let underWay = 0

  return {
    async take(host, work) {
      const queue = queues.get(host) ?? { waiting: 0, last: Promise.resolve() }
      if (queue.waiting >= maxWaiting || underWay >= maxUnderWay) return undefined
      queues.set(host, queue)
      queue.waiting += 1
      underWay += 1
      const mine = queue.last.then(work)
      queue.last = mine.catch(() => {})
      try {
        return await mine
      } finally {
        queue.waiting -= 1
        underWay -= 1
        if (queue.waiting === 0) queues.delete(host)
      }
    },
  }
}
