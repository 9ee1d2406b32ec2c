import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Requests and connections that no endpoint has seen, since the start, by what they went beyond. */
export interface TurnedAway {
  /** One connection more than may be open. */
  readonly connections: number
  readonly headers: number
  readonly target: number
  /** Sent too slowly. */
  readonly time: number
  /** No HTTP, or not as a server wants it. */
  readonly malformed: number
}

export type Counts = { -readonly [Limit in keyof TurnedAway]: number }

export const createCounts = (): Counts => ({ connections: 0, headers: 0, target: 0, time: 0, malformed: 0 })

/** Counts what node itself turns away. */
export function countTurnedAway(server: Server, counts: Counts): void {
  server.on('drop', () => (counts.connections += 1))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { limit, status } = kinds[error.code ?? ''] ?? malformed
    // A connection that is closed in the middle of a request is nobody's fault.
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') counts[limit] += 1
    turnAway(socket, status, error)
  })
}

const malformed = { limit: 'malformed', status: '400 Bad Request' } as const

const kinds: Readonly<Record<string, { readonly limit: keyof TurnedAway; readonly status: string }>> = {
  HPE_HEADER_OVERFLOW: { limit: 'headers', status: '431 Request Header Fields Too Large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { limit: 'malformed', status: '413 Payload Too Large' },
  ERR_HTTP_REQUEST_TIMEOUT: { limit: 'time', status: '408 Request Timeout' },
}

/** Whoever listens to these errors answers them: as node does, not into the middle of an answer that has begun. */
function turnAway(socket: Duplex, status: string, error: Error): void {
  const { _httpMessage: answer } = socket as { readonly _httpMessage?: ServerResponse<IncomingMessage> | null }
  if (socket.writable && answer?.headersSent !== true) socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
  socket.destroy(error)
}
