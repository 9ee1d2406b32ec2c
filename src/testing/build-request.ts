import type { Body, HttpRequest, HttpResponse } from '../http/message.ts'

interface Given {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
}

/** A request as both faces hand it on; `GET /` without headers and body unless the test says otherwise. */
export const aRequest = ({ method = 'GET', path = '/', query = '', headers = {}, body }: Given = {}): HttpRequest => ({
  method,
  path,
  query,
  header: (name) => headers[name],
  repeated: () => false,
  headers: () => headers,
  address: '192.0.2.7',
  body: async () => body ?? { kind: 'text', text: '' },
})

/** The text of an answer; throws for a stream. */
export function textOf({ body }: HttpResponse): string {
  if (typeof body !== 'string') throw new TypeError('the answer is a stream')

  return body
}
