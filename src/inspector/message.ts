import type { Instant } from '../base/time.ts'

/** Who stands at either end of a message: the four parties of OAuth 2.1 section 1.1. */
export type Party = 'owner' | 'client' | 'server' | 'api'

/** Where a message was seen: the authorization server's handler, a client's `fetch`, an API or its guard. */
export type Tap = 'server' | 'client' | 'api' | 'guard'

/** One request and its answer as the program that sent it, or the API that received it, saw them. */
export interface RemoteExchange {
  readonly at: Instant
  readonly durationMs: number
  readonly request: {
    readonly method: string
    /** Absolute. */
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  readonly response: RecordedResponse
}

export interface RecordedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a guard before an API decided about one request: the part of `hufu/guard`'s `Decision` that is shown. */
export interface GuardDecision {
  readonly at: Instant
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly neededScope: readonly string[]
  /** SHA-256 of the token, base64url. */
  readonly tokenFingerprint: string | undefined
  /** In order; what comes after the first failure was not looked at. */
  readonly checks: readonly { readonly name: string; readonly passed: boolean }[]
  readonly refusal: { readonly reason: string; readonly id: string; readonly status: number } | undefined
}

/** What a message is for, which decides the step it belongs to. */
export type MessageKind =
  | 'authorize'
  /** The client sends the request ahead; the browser brings a reference only. */
  | 'push'
  /** A device begins, and asks for its codes. */
  | 'device'
  | 'sign_in'
  | 'consent'
  | 'page'
  | 'token_code'
  | 'token_client'
  | 'token_refresh'
  | 'token_other'
  | 'revoke'
  | 'introspect'
  | 'call'
  | 'callback'

/** A message as it is kept: cleaned at the door, put in a flow, perhaps seen from several sides. */
export interface Message {
  /** `m` and a number that rises. */
  readonly id: string
  readonly kind: MessageKind
  readonly at: Instant
  readonly durationMs: number | undefined
  readonly from: Party
  readonly to: Party
  readonly seenBy: readonly Tap[]
  readonly requestId: string | undefined
  readonly request: {
    readonly method: string
    /** Path and query, as in the request line. */
    readonly target: string
    /** Scheme, host and port. */
    readonly origin: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  /** Absent while only the guard's decision is known. */
  readonly response: RecordedResponse | undefined
  /** Where the answer sends the browser, from `Location` or from the hand-off page. */
  readonly landing: string | undefined
  /** The public number of a refusal, read from the answer. */
  readonly errorCode: string | undefined
  readonly decision: GuardDecision | undefined
}

/** The first line of a request as it goes over the wire (RFC 9112 section 3). */
export const requestLine = (message: Message) => `${message.request.method} ${message.request.target} HTTP/1.1`

/** The parameters of the request's query. */
export const queryOf = (message: Message) => new URLSearchParams(message.request.target.split('?').slice(1).join('?'))

/** The parameters of a form body; empty for any other body. */
export function formOf(message: Message): URLSearchParams {
  const type = message.request.headers['content-type'] ?? ''

  return new URLSearchParams(type.startsWith('application/x-www-form-urlencoded') ? message.request.body : '')
}

/** The members of a JSON answer; empty for any other answer. */
export function answerOf(message: Message): Readonly<Record<string, unknown>> {
  if (!(message.response?.headers['content-type'] ?? '').includes('json')) return {}
  try {
    const value: unknown = JSON.parse(message.response?.body ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}

/** The token of an `Authorization: Bearer` header (or `DPoP`), if there is one. */
export function bearerOf(message: Message): string | undefined {
  return /^(?:Bearer|DPoP) +([^\s,]+)$/i.exec(message.request.headers['authorization'] ?? '')?.[1]
}

/**
 * The parameters of the authorization response: where the server sends the browser home to the client, or where the
 * browser arrives there.
 */
export function authorizationResponseOf(message: Message): URLSearchParams | undefined {
  const parameters = message.kind === 'callback' ? queryOf(message) : URL.parse(message.landing ?? '')?.searchParams
  return parameters !== undefined && (parameters.has('code') || parameters.has('error')) ? parameters : undefined
}
