import type { RemoteExchange } from 'hufu/inspector'
import type { IncomingHttpHeaders, OutgoingHttpHeaders, RequestListener } from 'node:http'

/** Bytes of an answer that are kept for telling. */
const maxKept = 64 * 1024

/**
 * A listener that tells what it was asked and what it answered, and changes neither. Bodies of requests are not told:
 * what stands behind is asked by GET, and forms of people are nobody's business.
 *
 * @param origin of the program behind it, for absolute addresses
 */
export function tapListener(listener: RequestListener, origin: string, tell: (exchange: RemoteExchange) => void) {
  const tapped: RequestListener = (request, response) => {
    const at = Date.now() as RemoteExchange['at']
    const start = performance.now()
    const kept: Buffer[] = []
    let length = 0
    const keep = (chunk: unknown) => {
      if (length >= maxKept || (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))) return
      const bytes = Buffer.from(chunk as string)
      length += bytes.length
      kept.push(bytes)
    }
    const write = response.write.bind(response) as (...parts: unknown[]) => boolean
    const end = response.end.bind(response) as (...parts: unknown[]) => typeof response
    response.write = (...parts: unknown[]) => {
      keep(parts[0])
      return write(...parts)
    }
    response.end = (...parts: unknown[]) => {
      keep(parts[0])
      return end(...parts)
    }
    response.once('finish', () =>
      tell({
        at,
        durationMs: performance.now() - start,
        request: {
          method: request.method ?? '',
          url: origin + (request.url ?? ''),
          headers: flat(request.headers),
          body: '',
        },
        response: {
          status: response.statusCode,
          headers: flat(response.getHeaders()),
          body: Buffer.concat(kept).subarray(0, maxKept).toString(),
        },
      }),
    )
    listener(request, response)
  }
  return tapped
}

const flat = (headers: IncomingHttpHeaders | OutgoingHttpHeaders) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter((each): each is [string, string | number | string[]] => each[1] !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  )
