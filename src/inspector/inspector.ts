import type { HttpRequest, HttpResponse } from '../http/message.ts'
import type { EndpointPaths } from './classify.ts'
import { createDrillDesk, type DrillRunner } from './drill-desk.ts'
import type { Exchange, GuardDecision, RemoteExchange } from './message.ts'
import { createRecorder, type Flow } from './recorder.ts'
import { createRoutes } from './routes.ts'
import { createStreams } from './stream.ts'
import type { ClientFacts, DemoFacts } from './view/page-model.ts'

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

export interface InspectorOptions {
  readonly issuer: string
  /**
   * `open`: whoever is on this machine may look, at real values. `guarded`: only an administrator may, and every
   * secret is masked; this is the only way in production (UX-2.6).
   */
  readonly access: 'open' | 'guarded'
  /** For `guarded`. Without it nobody is let in. */
  readonly isAdmin?: (request: HttpRequest) => Promise<boolean>
  /** @default 'Hufu' */
  readonly productName?: string
  /** Where the server publishes its keys. @default issuer and `/.well-known/jwks.json` */
  readonly jwksUrl?: string
  /** True if a published key made the signature. @default fetches the published keys */
  readonly verifySignature?: (jwt: string) => Promise<boolean>
  readonly findClient?: (id: string) => Promise<ClientFacts | undefined>
  readonly paths?: EndpointPaths
  /** The break-it drills of the demo. */
  readonly drills?: DrillRunner
  readonly demo?: DemoFacts
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
