import type { TestClient } from '../support/fixtures.ts'
import { proofOf } from '../support/server.ts'
import { toForm } from '../support/user-agent.ts'
import type { Fields } from '../support/user-agent.ts'

/** One thing that a request says, so that it can be bent by itself. */
export interface Part {
  readonly place: 'query' | 'form' | 'header' | 'json'
  readonly name: string
  /** Text, but in JSON whatever JSON has. */
  readonly value: unknown
  /** How the value is written, where that is not the usual way. */
  readonly raw?: string
}

/** A request in its parts. */
export interface Draft {
  readonly method: string
  readonly path: string
  readonly body: 'none' | 'form' | 'json'
  readonly parts: readonly Part[]
  /** Instead of the parts of the body. */
  readonly text?: string
}

export function toRequest({ method, path, body, parts, text }: Draft, origin: string): Request {
  const query = written(parts, 'query')
  const headers = new Headers({ 'accept-language': 'en' })
  if (body !== 'none')
    headers.set('content-type', body === 'form' ? 'application/x-www-form-urlencoded' : 'application/json')
  // What no header can hold never reaches a server: HTTP stacks refuse it.
  for (const { name, value } of parts.filter(({ place }) => place === 'header'))
    headers.set(
      name,
      asText(value)
        .replaceAll(/[^\x20-\x7E\x80-\xFF]/g, '?')
        .trim(),
    )
  const takesBody = method !== 'GET' && method !== 'HEAD' && body !== 'none'
  const content = text ?? (body === 'json' ? json(parts) : written(parts, 'form'))

  return new Request(`${origin}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers,
    redirect: 'manual',
    ...(takesBody && { body: content }),
  })
}

/** What a form says, with what proves the client. */
export function formOf(client: TestClient | undefined, fields: Fields): readonly Part[] {
  const proof = client === undefined ? { form: {}, headers: {} } : proofOf(client)

  return [...partsOf('form', { ...proof.form, ...fields }), ...headersOf(proof.headers)]
}

export const partsOf = (place: 'query' | 'form', fields: Fields): readonly Part[] =>
  Array.from(toForm(fields), ([name, value]) => ({ place, name, value }))

export const headersOf = (headers: Readonly<Record<string, string>>): readonly Part[] =>
  Object.entries(headers).map(([name, value]) => ({ place: 'header', name, value }))

export const post = (path: string, parts: readonly Part[]): Draft => ({ method: 'POST', path, body: 'form', parts })

export const get = (path: string, parts: readonly Part[] = []): Draft => ({ method: 'GET', path, body: 'none', parts })

export const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function written(parts: readonly Part[], place: Part['place']): string {
  return parts
    .filter((part) => part.place === place)
    .map(({ name, value, raw }) => `${encode(name)}=${raw ?? encode(asText(value))}`)
    .join('&')
}

const encode = (text: string) => encodeURIComponent(text.toWellFormed())

function json(parts: readonly Part[]): string {
  const members = parts.filter(({ place }) => place === 'json')

  // Written by hand, since a member may come twice, or be named __proto__.
  return `{${members.map(({ name, value, raw }) => `${JSON.stringify(name)}:${raw ?? JSON.stringify(value ?? null)}`).join(',')}}`
}
