import { createTally, secondsBounds } from '../../base/tally.ts'
import type { Store } from '../../ports/store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import { eventsIn, wrote } from './events.ts'
import { sample } from './sample.ts'
import type { Sample } from './sample.ts'

/** Counts the calls of a store and how long they took, and tells of the events that were written with them. */
export function createStoreCounts(tell: (event: AuditEvent) => void) {
  const calls = new Map<string, ReturnType<typeof createCall>>()

  function watch(name: string, method: Call): Call {
    const counts = createCall()
    calls.set(name, counts)

    return (...given) => {
      const began = performance.now()
      const result = method(...given)
      if (!(result instanceof Promise)) return result
      void result.then(
        (value: unknown) => {
          counts.done += 1
          counts.seconds.add((performance.now() - began) / 1000)
          if (name === 'appendRefusals' || wrote(value)) for (const each of given) eventsIn(each).forEach(tell)
        },
        () => {
          counts.failed += 1
          counts.seconds.add((performance.now() - began) / 1000)
        },
      )

      return result
    }
  }

  return {
    around: (store: Store): Store =>
      Object.fromEntries(
        Object.entries(store).map(([name, method]: [string, unknown]) => [
          name,
          typeof method === 'function' ? watch(name, method.bind(store) as Call) : method,
        ]),
      ) as unknown as Store,

    read: (): readonly Sample[] =>
      [...calls]
        .filter(([, { done, failed }]) => done + failed > 0)
        .flatMap(([name, { done, failed, seconds }]) => [
          sample('storeCalls', done, name, 'done'),
          sample('storeCalls', failed, name, 'failed'),
          sample('storeSeconds', seconds.read(), name),
        ]),
  }
}

type Call = (...given: readonly unknown[]) => unknown

const createCall = () => ({ done: 0, failed: 0, seconds: createTally(secondsBounds) })
