/**
 * A browser without a screen, for drills and tests: cookies by host, forms that are found on the page and sent as
 * they stand.
 *
 * @param stopBefore an address is not opened, but returned, if it begins so: where nobody listens
 */
export function createWalker(stopBefore?: string) {
  // As in a browser, a cookie belongs to a host whatever the port.
  const jars = new Map<string, Map<string, string>>()
  const visited: string[] = []
  let requestId: string | undefined

  async function go(address: string, form?: URLSearchParams): Promise<Page> {
    if (stopBefore !== undefined && address.startsWith(stopBefore))
      return { url: address, status: undefined, body: '', requestId }
    const url = new URL(address)
    visited.push(url.href)
    const jar = jars.get(url.hostname) ?? new Map<string, string>()
    jars.set(url.hostname, jar)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    })
    requestId = response.headers.get('hufu-request-id') ?? requestId
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';', 1)[0]!
      const at = pair.indexOf('=')
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }

    const body = await response.text()
    const location = response.headers.get('location')
    if (location !== null) return go(new URL(location, url).href)

    const handOff = /<a\b[^>]*\bid="continue"[^>]*\bhref="([^"]+)"|<a\b[^>]*\bhref="([^"]+)"[^>]*\bid="continue"/.exec(
      body,
    )
    if (handOff !== null) return go(new URL(decode(handOff[1] ?? handOff[2]!), url).href)

    return { url: url.href, status: response.status, body, requestId }
  }

  /** Sends the form of a page whose action ends so, with what is filled in there and `fields` on top. */
  async function submit(page: Page, actionEnd: string, fields: Fields = {}): Promise<Page> {
    const forms = [...page.body.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/g)]
    const form = forms.find(([, attributes]) => attributeOf(attributes!, 'action')?.split('?')[0]!.endsWith(actionEnd))
    if (form === undefined) throw new Error(`no form to ${actionEnd} on ${page.url}: ${page.body.slice(0, 2000)}`)

    const values = new URLSearchParams()
    for (const [, attributes] of form[2]!.matchAll(/<input\b([^>]*)>/g)) {
      const name = attributeOf(attributes!, 'name')
      const isOff = attributeOf(attributes!, 'type') === 'checkbox' && !/\bchecked\b/.test(attributes!)
      if (name !== undefined && !isOff) values.append(name, attributeOf(attributes!, 'value') ?? '')
    }
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) values.delete(name)
      else values.set(name, value)
    }

    return go(new URL(attributeOf(form[1]!, 'action')!, page.url).href, values)
  }

  return { go, submit, visited }
}

/** What to fill in; `undefined` leaves a field out, as an unticked box is. */
export type Fields = Readonly<Record<string, string | undefined>>

export interface Page {
  readonly url: string
  /** `undefined` for an address that was not opened. */
  readonly status: number | undefined
  readonly body: string
  /** The id of the last request that the authorization server answered. */
  readonly requestId: string | undefined
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1]

  return value === undefined ? undefined : decode(value)
}

const decode = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll(/&#(?:39|x27);/g, "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
