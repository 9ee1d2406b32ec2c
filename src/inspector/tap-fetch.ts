import { instant } from '../base/time.ts'
import { maxKeptBody } from './door.ts'
import type { RemoteExchange } from './message.ts'

/**
 * A `fetch` that reports each exchange and changes none. A body that is a stream, or a JSON or form answer larger than
 * what is kept, is reported without its text.
 */
export function tapFetch(report: (exchange: RemoteExchange) => void, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const at = instant(Date.now())
    const request = await readRequest(input, init)
    const started = performance.now()
    const response = await send(input, init)
    const body = await readText(response.clone())
    const durationMs = performance.now() - started
    report({
      at,
      durationMs,
      request,
      response: { status: response.status, headers: Object.fromEntries(response.headers), body },
    })

    return response
  }
}

async function readRequest(input: RequestInfo | URL, init: RequestInit | undefined) {
  const isRequest = input instanceof Request
  const headers = new Headers(init?.headers ?? (isRequest ? input.headers : undefined))
  const given = init?.body
  const isForm = given instanceof URLSearchParams
  if (isForm && !headers.has('content-type'))
    headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8')
  const body = isRequest && given === undefined ? await input.clone().text() : isForm ? given.toString() : given

  return {
    method: (init?.method ?? (isRequest ? input.method : 'GET')).toUpperCase(),
    url: isRequest ? input.url : String(input),
    headers: Object.fromEntries(headers),
    body: typeof body === 'string' ? body : '',
  }
}

async function readText(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  if (!/json|text|urlencoded/.test(type)) {
    await response.body?.cancel()
    return ''
  }
  const text = await response.text()

  return text.length > maxKeptBody * 4 ? text.slice(0, maxKeptBody * 4) : text
}
