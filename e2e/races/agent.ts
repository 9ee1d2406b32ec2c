import { fleetIssuer } from '../support/instances.ts'
import { createUserAgent } from '../support/user-agent.ts'
import type { UserAgent } from '../support/user-agent.ts'
import type { Ring } from './ring.ts'

/** A browser of somebody who goes through the instances by turns of their own. */
export function createRingAgent(ring: Ring, turn: number): UserAgent {
  return createUserAgent(async (request) => {
    const { pathname, search } = new URL(request.url)
    const method = request.method === 'POST' ? 'POST' : 'GET'
    const headers = Object.fromEntries(request.headers)
    const answer = await ring.send(turn, { method, path: pathname + search, headers, body: await request.text() })
    const names = ['location', 'set-cookie', 'content-type']
    const shown = names.flatMap((name) => answer.header(name).map((value): [string, string] => [name, value]))

    return new Response(answer.text, { status: answer.status, headers: shown })
  }, fleetIssuer)
}
