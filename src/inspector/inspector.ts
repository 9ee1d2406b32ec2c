import type { Exchange, HttpRequest, HttpResponse } from '../http/message.ts'
import { createDrillDesk } from './drill-desk.ts'
import type { GuardDecision, RemoteExchange } from './message.ts'
import type { InspectorOptions } from './options.ts'
import type { Flow } from './flow-book.ts'
import { createRecorder } from './recorder.ts'
import { createRoutes } from './routes.ts'
import { createStreams } from './stream.ts'

/** Shows every message of a flow as it was sent. For the demo, for development, and for an operator who asked for it. */
export interface Inspector {
  /** Answers a request for a path under `/inspector`; `undefined` for any other path. */
  handle(request: HttpRequest): Promise<HttpResponse | undefined>
  /** Told by the authorization server of each exchange: its `onExchange`. */
  observe(exchange: Exchange): void
  /** Told by the guard of an API: its `onDecision`, with the API's origin. */
  recordDecision(decision: GuardDecision, apiOrigin: string): void
  /** Told by a client of each exchange it has, see `tapFetch`. */
  recordClientExchange(exchange: RemoteExchange): void
  /** Told by an API of each exchange it has with a client. */
  recordApiExchange(exchange: RemoteExchange): void
  /** Told by a client that the browser came back to it. */
  recordCallback(exchange: RemoteExchange): void
  /** Forgets every flow. */
  clear(): void
  readonly flows: () => readonly Flow[]
}

export function createInspector(options: InspectorOptions): Inspector {
  const recorder = createRecorder(options)
  const routes = createRoutes(options, recorder, createStreams(recorder), createDrillDesk(options.drills, recorder))

  return {
    handle: routes,
    observe: (exchange) => void recorder.observe(exchange),
    recordDecision: (decision, apiOrigin) => void recorder.recordDecision(decision, apiOrigin),
    recordClientExchange: (exchange) => void recorder.recordClientExchange(exchange),
    recordApiExchange: (exchange) => void recorder.recordApiExchange(exchange),
    recordCallback: (exchange) => void recorder.recordCallback(exchange),
    clear: () => recorder.clear(),
    flows: recorder.list,
  }
}
