import { headerOf, cookiesOf, get, openConnection, post } from './connection.ts'
import type { Answer, Connection } from './connection.ts'

/** More steps than any sign-in has. */
const maxSteps = 12

/** What a person types or ticks, by the name of the field. */
export type Typed = Readonly<Record<string, string>>

/**
 * Walks from an address of the server until it leaves for somewhere else or shows a page without a form, and fills every
 * form on the way. Gives the cookies that a browser holds then.
 */
export async function walk(port: number, path: string, typed: Typed): Promise<string> {
  const cookies = new Map<string, string>()
  const connection = await openConnection(port)
  try {
    await follow(connection, port, path, typed, cookies)
  } finally {
    connection.close()
  }

  return cookieHeader(cookies)
}

async function follow(connection: Connection, port: number, path: string, typed: Typed, cookies: Map<string, string>) {
  const origin = `http://127.0.0.1:${port}`
  let at = new URL(path, origin)
  let request = get(path, { host: at.host })
  for (let step = 0; step < maxSteps; step++) {
    const answer = await connection.send(request)
    for (const [name, value] of cookiesOf(answer)) cookies.set(name, value)
    const headers = { cookie: cookieHeader(cookies), origin, 'sec-fetch-site': 'same-origin' }
    const location = headerOf(answer, 'location')
    const form = location === undefined ? readForm(answer) : undefined
    if (answer.status >= 400) throw new Error(`${at.pathname} answers ${answer.status}: ${answer.body.slice(0, 400)}`)
    if (location === undefined && form === undefined) return
    at = new URL(location ?? form!.action, at)
    if (at.origin !== origin) return
    const target = at.pathname + at.search
    request = form === undefined ? get(target, headers) : post(target, { ...form.fields, ...typed }, headers)
  }
  throw new Error(`no end of steps from ${path}`)
}

const cookieHeader = (cookies: ReadonlyMap<string, string>) =>
  Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')

/** The form of the step that a page is for: signing in, or saying yes. Others leave, or change who is signed in. */
function readForm({ body }: Answer): { readonly action: string; readonly fields: Record<string, string> } | undefined {
  for (const [, attributes = '', inside = ''] of body.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const action = /action="([^"]*)"/.exec(attributes)?.[1]
    const hidden = [...inside.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
      /name="([^"]*)"/.exec(tag)?.[1] ?? '',
      unescape(/value="([^"]*)"/.exec(tag)?.[1] ?? ''),
    ])
    if (action !== undefined && /\/(?:sign-in|consent)$/.test(action))
      return { action: unescape(action), fields: Object.fromEntries(hidden) as Record<string, string> }
  }
  return undefined
}

const unescape = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
