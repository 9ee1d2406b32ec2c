import type { HttpRequest } from '../http/message.ts'
import type { EndpointPaths } from './classify.ts'
import type { DrillRunner } from './drill-desk.ts'
import type { ClientFacts, DemoFacts } from './view/page-model.ts'

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
