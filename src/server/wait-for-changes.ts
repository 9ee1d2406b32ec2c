import type { WaitForChanges } from '../endpoints/revocation-feed.ts'
import type { Store } from '../ports/store.ts'
import { endsTokens } from '../protocol/change.ts'

/** Who waits looks again so often, in milliseconds, where the database tells nothing. */
const lookEvery = 400

/** Looks at the list only while somebody waits: at once when the store tells of a change, and else again and again. */
export function createWaitForChanges(store: Store): WaitForChanges {
  const waiting = new Set<() => void>()
  let watching: Promise<unknown> | undefined

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

  return async (after, limit, wait, ending) => {
    watching ??= store.watchChanges(() => waiting.forEach((go) => go()))
    await watching
    const end = performance.now() + wait * 1000
    for (;;) {
      const next = nextLook()
      const page = await store.listChanges(after, limit)
      if (page.changes.some(endsTokens) || performance.now() >= end || ending?.aborted === true) return page
      await next
    }
  }
}
