import type { SignatureAlgorithm } from '../../base/signature-algorithm.ts'
import type { ClientAuthenticator } from '../../client-auth/authenticate.ts'
import type { KeyProofs } from '../../endpoints/key-proof.ts'
import type { WaitForChanges } from '../../endpoints/revocation-feed.ts'
import type { DemoAccount } from '../../endpoints/sign-in.ts'
import type { Grant } from '../../grants/grant.ts'
import type { Route } from '../../http/router.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Settings } from '../../protocol/settings.ts'

/** What an extension's routes are made of. */
export interface Wiring {
  readonly ports: Ports
  readonly authenticateClient: ClientAuthenticator
  readonly proofs: KeyProofs
  readonly demo: DemoAccount | undefined
  readonly waitForChanges: WaitForChanges
}

/**
 * A part of the protocol that may be off: all that it adds is named here, so that turning it off removes it from
 * discovery, routes, pages and grants at once.
 */
export interface Extension {
  readonly isOn: (settings: Settings) => boolean
  /** Members of the discovery documents. */
  readonly describe?: (ports: Ports, assertionAlgorithms: readonly string[]) => Readonly<Record<string, unknown>>
  readonly grants?: (ports: Ports) => readonly Grant[]
  /** What it signs with, besides access tokens; there are keys for each. */
  readonly signsWith?: (settings: Settings) => readonly SignatureAlgorithm[]
  readonly routes?: (wiring: Wiring) => readonly Route[]
}
