import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { accept, refuse, type Result } from '../base/result.ts'
import type { FetchDocument, FetchedDocument, FetchProblem } from '../ports/fetch-document.ts'
import { freshnessOf } from './freshness.ts'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'
import { resolveOwnName, resolvePublicName, type ResolveName } from './resolve-name.ts'

export interface FetchDocumentOptions {
  /** Lets loopback addresses pass, there also without TLS. */
  readonly development: boolean
  /** No question takes longer, whatever its own limits are. @default 5000 */
  readonly timeoutMs?: number
  /** Certificates of an own authority, PEM, in the place of the public ones. */
  readonly ca?: string
  /** @default the name servers; in development as the machine sees it */
  readonly resolve?: ResolveName
}

const maxBytes = 65_536

/**
 * Documents over https whose address somebody else chose, without lending them our place in the network: the
 * addresses a name stands for are checked by the very look-up the connection is made with, so that a second answer
 * of the name server changes nothing; if one of them is not public, none is used. No redirects, no kept connections,
 * no cookies, no compression, no more than five seconds and 64 KiB (attack row CA-09).
 *
 * Certificates are verified whatever the environment says (requirements O21-1.5-03).
 */
export function createFetchDocument(options: FetchDocumentOptions): FetchDocument {
  const { development, timeoutMs = 5000, ca } = options
  const isAllowed = (address: string) => isPublicAddress(address) || (development && isLoopbackAddress(address))
  const lookup = checkedLookup(options.resolve ?? (development ? resolveOwnName : resolvePublicName), isAllowed)

  return async (rawUrl, limits = {}) => {
    const url = parseUrl(rawUrl, development)
    if (url === undefined) return refuse('url_not_allowed')
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isAllowed(host)) return refuse('address_not_public')

    const signal = AbortSignal.timeout(Math.min(timeoutMs, limits.timeoutMs ?? timeoutMs))
    try {
      const answer = await get(url, {
        agent: false,
        headers: { accept: 'application/jwk-set+json, application/json', 'accept-encoding': 'identity' },
        lookup,
        signal,
        ...(url.protocol === 'https:' && { rejectUnauthorized: true, ...(ca !== undefined && { ca }) }),
      })
      return await readAnswer(answer, Math.min(maxBytes, limits.maxBytes ?? maxBytes))
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

const get = (url: URL, options: RequestOptions & { readonly rejectUnauthorized?: boolean; readonly ca?: string }) =>
  new Promise<IncomingMessage>((onAnswer, onError) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain
    send(url, options, onAnswer).on('error', onError).end()
  })

async function readAnswer(answer: IncomingMessage, most: number): Promise<Result<FetchedDocument, FetchProblem>> {
  const problem = checkHeaders(answer, most)
  if (problem !== undefined) {
    answer.destroy()
    return refuse(problem)
  }

  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) {
      answer.destroy()
      return refuse('too_large')
    }
    chunks.push(chunk)
  }
  return accept({ bytes: Buffer.concat(chunks), freshFor: freshnessOf(answer.headers) })
}

function checkHeaders({ statusCode, headers }: IncomingMessage, most: number): FetchProblem | undefined {
  if (statusCode === 404 || statusCode === 410) return 'not_found'
  if (statusCode !== 200) return 'status_not_200'
  if (!/^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(headers['content-type'] ?? '')) return 'not_json'
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return 'not_json'

  return Number(headers['content-length'] ?? 0) > most ? 'too_large' : undefined
}
