import type { Message } from './message.ts'
import { answerOf, authorizationResponseOf, bearerOf, formOf } from './message.ts'
import type { Flow } from './flow-book.ts'

/** Values a reader could use: never shown whole outside of this machine's memory. */
const secretNames = [
  'code',
  'code_verifier',
  'access_token',
  'refresh_token',
  'id_token',
  'id_token_hint',
  'token',
  'client_secret',
  'registration_access_token',
  'client_assertion',
  'assertion',
  'subject_token',
  'actor_token',
  'device_code',
  'user_code',
  'request_uri',
  'state',
]

/** The first 4 characters and the length (UX section 2). */
export const mask = (value: string) => `${value.slice(0, 4)}…(${value.length})`

/**
 * A copy of a flow with every secret value masked wherever it stands, in whatever parameter, header or line, and
 * without what an API answered, since that is somebody's data.
 */
export function redactFlow(flow: Flow): Flow {
  const secrets = secretsOf(flow)
  const cover = (text: string) => secrets.reduce((covered, secret) => covered.replaceAll(secret, mask(secret)), text)
  const text = (value: string | undefined) => (value === undefined ? undefined : cover(value))

  return {
    ...flow,
    messages: flow.messages.map((message) => ({
      ...message,
      request: {
        ...message.request,
        target: cover(message.request.target),
        headers: mapValues(message.request.headers, cover),
        body: cover(message.request.body),
      },
      response: message.response && {
        ...message.response,
        headers: mapValues(message.response.headers, cover),
        body:
          message.kind === 'call' && message.response.status < 400
            ? mask(message.response.body)
            : cover(message.response.body),
      },
      landing: text(message.landing),
    })),
  }
}

/** Longest first, so that a secret that holds another is covered whole. */
function secretsOf(flow: Flow): readonly string[] {
  const found = new Set<string>()
  const add = (value: unknown) => {
    if (typeof value !== 'string' || value === '') return
    found.add(value)
    found.add(encodeURIComponent(value))
    found.add(new URLSearchParams({ value }).toString().slice('value='.length))
  }

  for (const message of flow.messages) {
    const sources = [formOf(message), new URLSearchParams(message.request.target.split('?')[1] ?? '')]
    for (const source of [...sources, authorizationResponseOf(message)])
      for (const name of secretNames) source?.getAll(name).forEach(add)
    for (const name of secretNames) add(answerOf(message)[name])
    add(bearerOf(message))
    addBasic(message, add)
  }

  return [...found].toSorted((a, b) => b.length - a.length)
}

function addBasic(message: Message, add: (value: string) => void) {
  const encoded = /^Basic +(\S+)$/i.exec(message.request.headers['authorization'] ?? '')?.[1]
  if (encoded === undefined) return
  add(encoded)
  const [, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  add(secret.join(':'))
}

const mapValues = (record: Readonly<Record<string, string>>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
