import type { WaitForChanges } from '../endpoints/revocation-feed.ts'
import type { Store } from '../ports/store.ts'
import { endsTokens } from '../protocol/change.ts'

/** Who waits looks again so often, in milliseconds, where the database tells nothing. */
const lookEvery = 400

export interface FeedVitals {
  /** Guards that wait for something new. */
  readonly guards: number
  /** Seconds since the list was read for one of them: so much later than they could they hear of what ends now. */
  readonly lag: number
}

/** Looks at the list only while somebody waits: at once when the store tells of a change, and else again and again. */
export function createWaitForChanges(store: Store): {
  readonly wait: WaitForChanges
  readonly vitals: () => FeedVitals
} {
  const waiting = new Set<() => void>()
  let watching: Promise<unknown> | undefined
  let guards = 0
  let lookedAt = 0

  const nextLook = () =>
    new Promise<void>((resolve) => {
      const go = () => {
        clearTimeout(timer)
        waiting.delete(go)
        resolve()
      }
      const timer = setTimeout(go, lookEvery)
      waiting.add(go)
    })

  const wait: WaitForChanges = async (after, limit, time, ending) => {
    watching ??= store.watchChanges(() => waiting.forEach((go) => go()))
    await watching
    const end = performance.now() + time * 1000
    if (guards === 0) lookedAt = performance.now()
    guards += 1
    try {
      for (;;) {
        const next = nextLook()
        const began = performance.now()
        const page = await store.listChanges(after, limit)
        lookedAt = Math.max(lookedAt, began)
        // A list that went back has nothing after this for a long time, though there is news.
        const isOver = performance.now() >= end || ending?.aborted === true || page.last < after
        if (page.changes.some(endsTokens) || isOver) return page
        await next
      }
    } finally {
      guards -= 1
    }
  }

  return { wait, vitals: () => ({ guards, lag: guards === 0 ? 0 : (performance.now() - lookedAt) / 1000 }) }
}
