import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { listen } from '../http/node.ts'
import type { Listening } from '../http/node.ts'
import { text } from '../http/respond.ts'
import { withHealth } from './health.ts'
import type { Metrics } from './metrics.ts'

export interface ManagementOptions {
  readonly host: string
  readonly port: number
  readonly metrics: Metrics
}

/** A port for who runs the server: `/metrics`, and health as on the main port, which it outlives. Nothing else is there. */
export function openManagement(
  { host, port, metrics }: ManagementOptions,
  health: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<Listening> {
  return listen(withHealth({ handle: answer }, health), { host, port })

  async function answer(request: HttpRequest): Promise<HttpResponse> {
    if (request.path !== '/metrics' || request.method !== 'GET') return text(404, 'not found\n')
    const { status } = await health({ ...request, path: '/readyz' })
    const shown = await metrics.show(status === 200)

    return { status: 200, headers: { 'content-type': shown.type, 'cache-control': 'no-store' }, body: shown.text }
  }
}
