import { formOf, queryOf, type Message } from './message.ts'
import type { Flow } from './flow-book.ts'

/** A flow as our own JSON: every message with who saw it, what the guard decided, and the drill it was made by. */
export const toJson = (flow: Flow) => ({ format: 'hufu-flow', formatVersion: 1, flow })

/**
 * A flow as an HTTP archive, which browsers' developer tools open.
 *
 * @see HAR 1.2
 */
export const toHar = (flow: Flow) => ({
  log: {
    version: '1.2',
    creator: { name: 'Hufu flow inspector', version: '1' },
    comment: `flow ${flow.id}`,
    entries: flow.messages.filter((each) => each.response !== undefined).map(entryOf),
  },
})

function entryOf(message: Message) {
  const { request, response } = message

  return {
    startedDateTime: new Date(message.at).toISOString(),
    time: message.durationMs ?? 0,
    cache: {},
    timings: { send: 0, wait: message.durationMs ?? 0, receive: 0 },
    comment: `${message.from} to ${message.to}: ${message.kind}`,
    request: {
      method: request.method,
      url: request.origin + request.target,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(request.headers),
      queryString: [...queryOf(message)].map(([name, value]) => ({ name, value })),
      headersSize: -1,
      bodySize: Buffer.byteLength(request.body),
      ...(request.body !== '' && {
        postData: {
          mimeType: request.headers['content-type'] ?? '',
          text: request.body,
          params: [...formOf(message)].map(([name, value]) => ({ name, value })),
        },
      }),
    },
    response: {
      status: response!.status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(response!.headers),
      redirectURL: response!.headers['location'] ?? '',
      headersSize: -1,
      bodySize: Buffer.byteLength(response!.body),
      content: {
        size: Buffer.byteLength(response!.body),
        mimeType: response!.headers['content-type'] ?? '',
        text: response!.body,
      },
    },
  }
}

const pairsOf = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => ({ name, value }))
