import { createInspector } from 'hufu/inspector'
import type { ClientFacts, Inspector, InspectorOptions } from 'hufu/inspector'
import { demoUser } from './account.ts'
import { productName } from './registrations.ts'
import type { Addresses } from './registrations.ts'

/** The inspector of this demo, and what the demo itself wants to know of it. */
export interface Watch {
  readonly inspector: Inspector
  /** Tells it what the clients are called, once they are registered. */
  introduce(clients: ReadonlyMap<string, ClientFacts>): void
  /** The flow that holds the request the authorization server gave this id. */
  findFlow(requestId: string): string | undefined
}

/** It outlives a reset of the parties it watches, so its page stays open meanwhile. */
export function createWatch(addresses: Addresses, drills: InspectorOptions['drills']): Watch {
  let known: ReadonlyMap<string, ClientFacts> = new Map()
  const inspector = createInspector({
    issuer: addresses.issuer,
    access: 'open',
    productName,
    findClient: async (id) => known.get(id),
    demo: { appUrl: addresses.analytics, jobCommand: 'npm run demo:job', username: demoUser.username },
    ...(drills && { drills }),
  })

  return {
    inspector,
    introduce: (clients) => void (known = clients),
    findFlow: (requestId) =>
      inspector.flows().find((flow) => flow.messages.some((each) => each.requestId === requestId))?.id,
  }
}
