import type { Instant } from '../base/time.ts'

/** A request as plain values: what both faces (node:http and Fetch) make of theirs. */
export interface HttpRequest {
  readonly method: string
  /** Begins with one slash; a doubled leading slash is already one (DECISIONS 12). Not decoded. */
  readonly path: string
  /** Without the question mark; empty if there is none. */
  readonly query: string
  /** The value of a header by its lower-case name. Repeated ones are joined as HTTP does; see `repeated`. */
  readonly header: (name: string) => string | undefined
  /** True if a header came more than once. */
  readonly repeated: (name: string) => boolean
  /** All of them by lower-case name, for who watches; endpoints ask for one. */
  readonly headers: () => Readonly<Record<string, string>>
  /** Of the connection's other end, or what a trusted proxy said: canonical, IPv6 by its /64. */
  readonly address: string
  /** Reads the whole body once; `too_large` beyond the limit, and then the connection is not kept. */
  readonly body: () => Promise<Body>
  /** Aborted when the server stops: whoever waits for something to happen answers at once. */
  readonly ending?: AbortSignal | undefined
  /** Waits for something that costs nothing meanwhile; without it a request counts as being worked on. */
  readonly aside?: <Value>(waiting: Promise<Value>) => Promise<Value>
}

export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'not_utf8' }
  /** The other end went away in the middle: whatever is answered reaches nobody. */
  | { readonly kind: 'incomplete' }

export interface HttpResponse {
  readonly status: number
  /** Lower-case names. `set-cookie` may be several. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** A text, or for a stream of server-sent events its chunks. */
  readonly body: string | AsyncIterable<string>
}

/** A request and its answer as they went over the wire, secrets and all: for an observer that keeps them in memory only. */
export interface Exchange {
  /** As in the `Hufu-Request-Id` header. */
  readonly requestId: string
  readonly at: Instant
  readonly durationMs: number
  readonly request: {
    readonly method: string
    readonly path: string
    /** Without the question mark. */
    readonly query: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  readonly response: { readonly status: number; readonly headers: HttpResponse['headers']; readonly body: string }
}

/** Bytes of a body that are read at most (attack row HT-03). */
export const maxBodyBytes = 64 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function decodeBody(bytes: Uint8Array): Body {
  try {
    return { kind: 'text', text: utf8.decode(bytes) }
  } catch {
    return { kind: 'not_utf8' }
  }
}
