/** What a browser holds after an answer: a page of the server's, or an address elsewhere that it is sent to. */
export interface Page {
  readonly status: number
  readonly headers: Headers
  /** The address it came from. */
  readonly url: string
  readonly html: string
  readonly forms: readonly Form[]
  /** Where the browser leaves the server for: by redirect, or by the hand-off page's own refresh. */
  readonly leavesFor: string | undefined
}

export interface Form {
  readonly action: string
  /** What is in it when nothing is typed or ticked by hand: hidden fields and ticked boxes. */
  readonly fields: readonly (readonly [string, string])[]
  readonly html: string
}

/** How a browser reaches the server: `server.fetch`, or a real `fetch`. */
export type Send = (request: Request) => Promise<Response>

export interface UserAgent {
  readonly cookies: Map<string, string>
  /** Every `Set-Cookie` there was, as it was sent. */
  readonly setCookies: string[]
  /** Goes to an address and follows redirects as long as they stay on the server. */
  readonly open: (url: string) => Promise<Page>
  /** Sends a form of a page; `given` adds to or replaces its fields, an array gives one field several times. */
  readonly submit: (page: Page, action: string, given?: Fields) => Promise<Page>
  /** Posts whatever to wherever on the server, as a script with this browser's cookies would. */
  readonly post: (url: string, given: Fields, headers?: Readonly<Record<string, string>>) => Promise<Page>
}

export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>

const maxRedirects = 10

/** A browser in code: keeps cookies, follows redirects within the server, reads forms. It runs no script. */
export function createUserAgent(send: Send, origin: string, language = 'en'): UserAgent {
  const cookies = new Map<string, string>()
  const setCookies: string[] = []

  return { cookies, setCookies, open, submit, post }

  async function open(url: string): Promise<Page> {
    return follow(await request(url, { method: 'GET' }), url)
  }

  async function submit(page: Page, action: string, given: Fields = {}): Promise<Page> {
    const form = page.forms.find((each) => each.action.endsWith(action))
    if (form === undefined) throw new Error(`no form for ${action} on ${page.url}: ${page.status}\n${page.html}`)
    const kept = form.fields.filter(([name]) => !(name in given))

    return post(new URL(form.action, page.url).href, { ...collect(kept), ...given })
  }

  async function post(url: string, given: Fields, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    const answer = await request(url, {
      method: 'POST',
      body: toForm(given),
      headers: { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers },
    })

    return follow(answer, url)
  }

  async function request(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers({ 'accept-language': language, ...(init.headers as Record<string, string>) })
    if (cookies.size > 0) headers.set('cookie', Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '))
    const response = await send(new Request(url, { ...init, headers, redirect: 'manual' }))
    for (const each of response.headers.getSetCookie()) keep(each)

    return response
  }

  function keep(line: string): void {
    setCookies.push(line)
    const [pair = ''] = line.split(';', 1)
    const middle = pair.indexOf('=')
    if (/;\s*max-age=0/i.test(line)) cookies.delete(pair.slice(0, middle))
    else cookies.set(pair.slice(0, middle), pair.slice(middle + 1))
  }

  async function follow(first: Response, from: string): Promise<Page> {
    let response = first
    let url = from
    for (let count = 0; count < maxRedirects; count++) {
      const location = response.headers.get('location')
      if (location === null) return toPage(response, url, undefined)
      const target = new URL(location, url)
      if (target.origin !== origin) return toPage(response, url, location)
      url = target.href
      response = await request(url, { method: 'GET' })
    }
    throw new Error(`more than ${maxRedirects} redirects from ${from}`)
  }
}

/** A form body in the order of the fields. */
export function toForm(given: Fields): URLSearchParams {
  return new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((each): [string, string] => [name, each]),
    ),
  )
}

async function toPage(response: Response, url: string, location: string | undefined): Promise<Page> {
  const html = await response.text()
  const refresh = /<meta http-equiv="refresh" content="0;url=([^"]*)"/.exec(html)?.[1]

  return {
    status: response.status,
    headers: response.headers,
    url,
    html,
    forms: Array.from(html.matchAll(/<form\b[^>]*\baction="([^"]*)"[^>]*>(.*?)<\/form>/gs), readForm),
    leavesFor: location ?? (refresh === undefined ? undefined : unescape(refresh)),
  }
}

function readForm([html, action = '']: RegExpExecArray): Form {
  const fields = Array.from(html.matchAll(/<input\b([^>]*)>/gs), ([, text = '']) => text)
    .filter((text) => attribute(text, 'type') === 'hidden' || / checked\b/.test(text))
    .map((text) => [attribute(text, 'name') ?? '', attribute(text, 'value') ?? ''] as const)

  return { action: unescape(action), fields, html }
}

function attribute(text: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1]

  return value === undefined ? undefined : unescape(value)
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

const unescape = (text: string) => text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (each) => entities[each] ?? each)

/** Fields by name; a name that comes several times has an array. */
function collect(fields: Form['fields']): Fields {
  const names = [...new Set(fields.map(([name]) => name))]

  return Object.fromEntries(
    names.map((name) => [name, fields.filter(([other]) => other === name).map(([, value]) => value)]),
  )
}
