import type { Clock } from '../ports/clock.ts'
import type { Exchange, HttpRequest, HttpResponse } from './message.ts'

/** Lets somebody watch. What the observer throws is the observer's own business. */
export function observed(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  observe: (exchange: Exchange) => void,
  now: Clock,
) {
  return async (request: HttpRequest): Promise<HttpResponse> => {
    let body = ''
    const watched: HttpRequest = {
      ...request,
      body: async () => {
        const read = await request.body()
        if (read.kind === 'text') body = read.text

        return read
      },
    }
    const at = now()
    const response = await handle(watched)
    const { method, path, query } = request
    try {
      observe({
        requestId: String(response.headers['hufu-request-id'] ?? ''),
        at,
        durationMs: now() - at,
        request: { method, path, query, headers: request.headers(), body },
        response: {
          status: response.status,
          headers: response.headers,
          body: typeof response.body === 'string' ? response.body : '',
        },
      })
    } catch {
      // Watching must never change what is watched.
    }

    return response
  }
}
