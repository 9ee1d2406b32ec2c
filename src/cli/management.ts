import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { listen } from '../http/node.ts'
import type { Listening } from '../http/node.ts'
import { text } from '../http/respond.ts'
import { withHealth } from './health.ts'
import type { Metrics } from './metrics/index.ts'
import type { Parts } from './metrics/parts.ts'

export interface ManagementOptions {
  readonly host: string
  readonly port: number
  readonly metrics: Metrics
}

/**
 * A port for who runs the server: `/metrics`, and health as on the main port, which it outlives. Nothing else is there.
 *
 * @param look at the parts of the server; the database is asked only if it answered just now
 */
export function openManagement(
  { host, port, metrics }: ManagementOptions,
  health: (request: HttpRequest) => Promise<HttpResponse>,
  look: (isReady: boolean) => Promise<Omit<Parts, 'tooLarge'>>,
): Promise<Listening> {
  return listen(withHealth({ handle: answer }, health), { host, port })

  async function answer(request: HttpRequest): Promise<HttpResponse> {
    if (request.path !== '/metrics' || request.method !== 'GET') return text(404, 'not found\n')
    const { status } = await health({ ...request, path: '/readyz' })
    const isReady = status === 200
    const shown = await metrics.show(isReady, await look(isReady))

    return { status: 200, headers: { 'content-type': shown.type, 'cache-control': 'no-store' }, body: shown.text }
  }
}
