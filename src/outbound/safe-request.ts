import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { refuse, type Result } from '../base/result.ts'
import type { SendProblem } from '../ports/send-form.ts'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'
import { resolveOwnName, resolvePublicName, type ResolveName } from './resolve-name.ts'

// Not by `import`, which would load all of Fetch with it: see `http/node.ts`.
const { request: requestPlain } = process.getBuiltinModule('node:http')

export interface OutboundOptions {
  /** Lets loopback addresses pass, there also without TLS. */
  readonly development: boolean
  /** No question takes longer, whatever its own limits are. @default 5000 */
  readonly timeoutMs?: number
  /** Certificates of an own authority, PEM, in the place of the public ones. */
  readonly ca?: string
  /** @default the name servers; in development as the machine sees it */
  readonly resolve?: ResolveName
}

interface Question {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Has an effect if it is less than that of the options. */
  readonly timeoutMs?: number | undefined
}

/**
 * Asks over https at an address that somebody else chose, without lending them our place in the network: the addresses a
 * name stands for are checked by the very look-up the connection is made with, so that a second answer of the name
 * server changes nothing; if one of them is not public, none is used. No redirects, no kept connections, no cookies
 * (attack row CA-09).
 *
 * Certificates are verified whatever the environment says (requirements O21-1.5-03).
 *
 * @returns asks, and gives the answer to `read`; what that throws is taken for a connection that broke
 */
export function createSafeRequest(options: OutboundOptions) {
  const { development, timeoutMs = 5000, ca } = options
  const isAllowed = (address: string) => isPublicAddress(address) || (development && isLoopbackAddress(address))
  const lookup = checkedLookup(options.resolve ?? (development ? resolveOwnName : resolvePublicName), isAllowed)

  return async <Value, Problem>(
    rawUrl: string,
    question: Question,
    read: (answer: IncomingMessage) => Promise<Result<Value, Problem>>,
  ): Promise<Result<Value, Problem | SendProblem>> => {
    const url = parseUrl(rawUrl, development)
    if (url === undefined) return refuse('url_not_allowed')
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isAllowed(host)) return refuse('address_not_public')

    const signal = AbortSignal.timeout(Math.min(timeoutMs, question.timeoutMs ?? timeoutMs))
    try {
      const answer = await ask(url, question.body, {
        agent: false,
        method: question.method,
        headers: question.headers,
        lookup,
        signal,
        ...(url.protocol === 'https:' && { rejectUnauthorized: true, ...(ca !== undefined && { ca }) }),
      })
      return await read(answer)
    } catch (error) {
      if (error instanceof AddressNotPublic) return refuse('address_not_public')
      return refuse(signal.aborted ? 'too_slow' : 'unreachable')
    }
  }
}

/** A name over http cannot be told to be loopback before it is looked up, so only literal addresses and `localhost` are. */
function parseUrl(rawUrl: string, development: boolean): URL | undefined {
  const url = URL.parse(rawUrl)
  if (url === null || url.username !== '' || url.password !== '' || rawUrl.includes('#')) return undefined
  if (url.protocol === 'https:') return url

  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isOwnMachine = host === 'localhost' || isLoopbackAddress(host)
  return development && url.protocol === 'http:' && isOwnMachine ? url : undefined
}

class AddressNotPublic extends Error {
  override readonly name = 'AddressNotPublic'
}

function checkedLookup(resolve: ResolveName, isAllowed: (address: string) => boolean): LookupFunction {
  const find = async (host: string) => {
    const addresses = await resolve(host)
    if (addresses.length === 0) throw new Error('the name has no address')
    if (!addresses.every(({ address }) => isAllowed(address))) throw new AddressNotPublic()

    return addresses
  }

  return (host, { all }, done) => {
    find(host).then(
      (addresses) =>
        all === true ? done(null, [...addresses]) : done(null, addresses[0]!.address, addresses[0]!.family),
      (error: Error) => done(error, []),
    )
  }
}

const ask = (
  url: URL,
  body: string | undefined,
  options: RequestOptions & { readonly rejectUnauthorized?: boolean; readonly ca?: string },
) =>
  new Promise<IncomingMessage>((onAnswer, onError) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain
    send(url, options, onAnswer).on('error', onError).end(body)
  })
