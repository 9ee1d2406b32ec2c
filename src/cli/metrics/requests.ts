import { createTally, secondsBounds } from '../../base/tally.ts'
import type { Tally } from '../../base/tally.ts'
import type { Handler } from '../../http/node.ts'
import type { RouteNames } from '../routes.ts'
import { sample } from './sample.ts'
import type { Sample } from './sample.ts'

interface Counts {
  readonly seconds: Tally
  /** By method, one for each class of status. */
  readonly answers: Map<string, number[]>
}

/** Counts answers by method, route and class of the status. Routes and methods are few, so nothing is made for a request. */
export function createRequestCounts({ methodOf, routeOf }: RouteNames) {
  const routes = new Map<string, Counts>()
  let tooLarge = 0

  function countsOf(route: string): Counts {
    const known = routes.get(route)
    if (known !== undefined) return known
    const made = { seconds: createTally(secondsBounds), answers: new Map<string, number[]>() }
    routes.set(route, made)

    return made
  }

  function count({ answers }: Counts, method: string, status: number): void {
    const known = answers.get(method)
    if (known !== undefined) known[Math.floor(status / 100)]! += 1
    else answers.set(method, [0, 0, 0, 0, 0, 0].with(Math.floor(status / 100), 1))
    if (status === 413) tooLarge += 1
  }

  return {
    tooLarge: () => tooLarge,

    around: (handler: Handler): Handler => ({
      ...handler,
      handle: async (request) => {
        const began = performance.now()
        const counts = countsOf(routeOf(request.path))
        try {
          const response = await handler.handle(request)
          count(counts, methodOf(request), response.status)

          return response
        } finally {
          counts.seconds.add((performance.now() - began) / 1000)
        }
      },
    }),

    read: (): readonly Sample[] =>
      [...routes].flatMap(([route, { seconds, answers }]) => [
        sample('requestSeconds', seconds.read(), route),
        ...[...answers].flatMap(([method, classes]) =>
          classes.flatMap((value, at) => (value === 0 ? [] : [sample('requests', value, method, route, `${at}xx`)])),
        ),
      ]),
  }
}
