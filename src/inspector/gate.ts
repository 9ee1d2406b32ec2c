import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther, text } from '../http/respond.ts'
import type { InspectorOptions } from './options.ts'

/**
 * Who may look. `open`: a program on this machine that calls the server by its own name, so that neither the network
 * nor a page that points its own name at this machine (DNS rebinding) gets in. `guarded`: an administrator.
 *
 * @returns the refusal, or `undefined` for who may look
 */
export async function refuseAtGate(request: HttpRequest, options: InspectorOptions): Promise<HttpResponse | undefined> {
  if (options.access === 'guarded') {
    const isAdmin = (await options.isAdmin?.(request)) ?? false
    return isAdmin ? undefined : text(401, 'the flow inspector is for administrators\n', unauthorized)
  }
  if (!isLoopback(request.address)) return text(403, 'the flow inspector is for this machine only\n')
  const { host, origin } = new URL(options.issuer)
  if (request.header('host') === host) return undefined
  if (request.method !== 'GET' || !isLoopbackHost(request.header('host') ?? ''))
    return text(403, `the flow inspector is at ${origin}/inspector\n`)

  return seeOther(`${origin}/inspector`)
}

/**
 * True for a post that a page of this server sent, as far as the browser says. Where it says `Sec-Fetch-Site`, that
 * decides: `Origin` is `null` then, since our pages send no referrer.
 */
export function isOwnForm(request: HttpRequest, issuer: string): boolean {
  const site = request.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = request.header('origin')

  return origin === undefined || origin === new URL(issuer).origin
}

const unauthorized = { 'cache-control': 'no-store', 'www-authenticate': 'Session realm="hufu"' }

/** As `canonicalAddress` writes them: IPv4 loopback, and the /64 of ::1. */
const isLoopback = (address: string) => /^127\.\d+\.\d+\.\d+$/.test(address) || address === '0:0:0:0::/64'

const isLoopbackHost = (host: string) => /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host)
