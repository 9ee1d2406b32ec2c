import { canonicalAddress } from './address.ts'
import { decodeBody, maxBodyBytes } from './message.ts'
import type { Body, HttpRequest, HttpResponse } from './message.ts'
import { routedPath } from './path.ts'

/**
 * The portable face: Fetch `Request` to `Response`, for Bun, Deno, Workers, Hono, Next.
 *
 * @param address of the other end, which a `Request` does not tell; whoever embeds the server knows it
 */
export async function answerFetch(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  request: Request,
  address = 'unknown',
): Promise<Response> {
  const url = new URL(request.url)
  const response = await handle({
    method: request.method,
    path: routedPath(url.pathname),
    query: url.search.slice(1),
    header: (name) => request.headers.get(name) ?? undefined,
    // Headers that came twice are one value here; a comma in the value tells.
    repeated: (name) => name === 'authorization' && (request.headers.get(name)?.includes(',') ?? false),
    headers: () => Object.fromEntries(request.headers),
    address: canonicalAddress(address),
    body: () => readBody(request),
  })
  const headers = new Headers()
  for (const [name, value] of Object.entries(response.headers)) {
    for (const each of typeof value === 'string' ? [value] : value) headers.append(name, each)
  }
  // A Response of these statuses takes no body, not even an empty one.
  const empty = request.method === 'HEAD' || response.status === 204 || response.status === 304

  return new Response(empty ? null : toBody(response.body), { status: response.status, headers })
}

async function readBody(request: Request): Promise<Body> {
  if (request.body === null) return { kind: 'text', text: '' }
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      length += chunk.length
      if (length > maxBodyBytes) return { kind: 'too_large' }
      chunks.push(chunk)
    }
  } catch {
    return { kind: 'incomplete' }
  }

  return decodeBody(Buffer.concat(chunks))
}

function toBody(body: HttpResponse['body']): string | ReadableStream<Uint8Array> {
  if (typeof body === 'string') return body
  const chunks = body[Symbol.asyncIterator]()

  return new ReadableStream({
    pull: async (controller) => {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(new TextEncoder().encode(next.value))
    },
    cancel: async () => void (await chunks.return?.()),
  })
}
