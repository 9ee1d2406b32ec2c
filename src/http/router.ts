import type { Caller } from '../ports/audit.ts'
import type { HttpRequest, HttpResponse } from './message.ts'

export type Endpoint = (request: HttpRequest, caller: Caller) => Promise<HttpResponse>

/** One path: what it does for each method, and who may read it from another origin. */
export interface Route {
  /** Exact, or ending in `*` for everything below. */
  readonly path: string
  readonly methods: Readonly<Record<string, Endpoint>>
  /** Readable by scripts of any origin, without cookies. Never for what a person sees (OAuth 2.1 section 3.1). */
  readonly cors: boolean
  /** How a fault is answered: JSON for programs, a page for people. */
  readonly audience: 'program' | 'person'
}

/** For programs of any origin, and for people. */
export const program = { audience: 'program', cors: true } as const
export const person = { audience: 'person', cors: false } as const

/** Finds the route of a path. Paths are compared as they come: no decoding, no case folding (attack row HT-10). */
export function createRouter(routes: readonly Route[]): (path: string) => Route | undefined {
  const exact = new Map(routes.filter((each) => !each.path.endsWith('*')).map((each) => [each.path, each]))
  const below = routes
    .filter((each) => each.path.endsWith('*'))
    .map((route) => ({ prefix: route.path.slice(0, -1), route }))

  return (path) => exact.get(path) ?? below.find((each) => path.startsWith(each.prefix))?.route
}
