import { viewOf } from './model.ts'
import type { Flow } from './flow-book.ts'
import type { Recorder } from './recorder.ts'

/** Readers at the same time; one more is refused, since each keeps a connection. */
export const maxReaders = 32

/** Something is sent at least this often, so that proxies keep the connection and a lost reader is noticed. */
export const heartbeatMilliseconds = 15_000

/**
 * Server-sent events: one for each flow that changed, saying which and how far it is, never what it holds. Nothing
 * waits in memory for a slow reader: when it reads again it gets each flow's newest state once. A reader that comes
 * back with the id of the last event it saw gets what it missed.
 *
 * @see HTML section 9.2 (server-sent events)
 */
export function createStreams(recorder: Recorder) {
  let readers = 0

  /** @param since version of the last change the reader knows; from before a restart counts as none */
  function open(since: number): AsyncIterable<string> | undefined {
    if (readers >= maxReaders) return undefined
    readers++
    let known = since > recorder.version() ? 0 : since
    let isFirst = true
    let isOpen = true
    let wake = () => {}
    const unsubscribe = recorder.subscribe(() => wake())

    function close() {
      if (!isOpen) return
      isOpen = false
      readers--
      unsubscribe()
      wake()
    }

    function pending(): string {
      const changed = recorder.changedSince(known)
      known = changed.at(-1)?.version ?? known

      return changed.map(eventOf).join('')
    }

    async function next(): Promise<IteratorResult<string>> {
      if (isFirst) {
        isFirst = false
        return { done: false, value: `retry: 1000\n\n${pending()}` }
      }
      if (isOpen && recorder.version() <= known) await waitForChange()
      if (!isOpen) return { done: true, value: undefined }
      const text = pending()

      return { done: false, value: text === '' ? ': still here\n\n' : text }
    }

    function waitForChange(): Promise<void> {
      return new Promise((resolve) => {
        const timer = setTimeout(done, heartbeatMilliseconds)
        timer.unref()
        wake = done
        function done() {
          clearTimeout(timer)
          wake = () => {}
          resolve()
        }
      })
    }

    return {
      [Symbol.asyncIterator]: () => ({
        next,
        return() {
          close()
          return Promise.resolve({ done: true as const, value: undefined })
        },
      }),
    }
  }

  return { open, readers: () => readers }
}

function eventOf(flow: Flow): string {
  const steps = viewOf(flow, '').steps.map((step) => [step.letter, step.status])
  const data = { id: flow.id, kind: flow.kind, steps: Object.fromEntries(steps) }

  return `id: ${flow.version}\nevent: flow\ndata: ${JSON.stringify(data)}\n\n`
}
