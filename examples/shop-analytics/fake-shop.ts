/** A shop that can be told to misbehave: authorization server and API behind one `fetch`, for the tests of this app. */
export type FakeShop = ReturnType<typeof createFakeShop>

export const issuer = 'http://localhost:4000'
export const api = 'http://127.0.0.1:4001'

export function createFakeShop() {
  const log: { readonly url: string; readonly form: URLSearchParams; readonly headers: Headers }[] = []
  let issued = 0

  const shop = {
    /** Everything the app asked for, in order. */
    log,
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    } as Record<string, unknown>,
    /** The access tokens the API admits. */
    good: new Set<string>(),
    /** What the token endpoint answers instead of tokens. */
    refusal: undefined as string | undefined,
    /** Members the token answer has besides, or instead. */
    more: {} as Record<string, unknown>,
    scope: 'orders.read refunds.read',
    isDown: false,
    /** The order the API answers with. */
    orders: [
      {
        id: '20261120-0001',
        placedAt: '2026-11-20T04:00:00.000Z',
        status: 'delivered',
        total: '299.00',
        currency: 'CNY',
        note: '<script>alert(1)</script>',
        items: [
          {
            sku: 'EL-101',
            name: { en: 'Headphones <b>', 'zh-CN': '耳机 <b>' },
            category: 'electronics',
            quantity: 1,
            unitPrice: '299.00',
          },
        ],
      },
    ] as Record<string, unknown>[],
    to: (path: string) => log.filter((each) => new URL(each.url).pathname === path),
    fetch: answer as typeof fetch,
  }

  async function answer(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    log.push({ url: request.url, form: new URLSearchParams(await request.text()), headers: request.headers })
    if (shop.isDown) throw new TypeError('fetch failed')

    const url = new URL(request.url)
    if (url.origin === api) return answerApi(url, request.headers)
    if (url.pathname === '/.well-known/oauth-authorization-server') return Response.json(shop.metadata)
    if (url.pathname === '/token') return answerToken()
    if (url.pathname === '/revoke') return new Response('', { status: 200 })

    return new Response('', { status: 404 })
  }

  function answerToken(): Response {
    if (shop.refusal !== undefined) return Response.json({ error: shop.refusal }, { status: 400 })

    issued++
    shop.good.add(`access-${issued}`)
    return Response.json({
      access_token: `access-${issued}`,
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: `refresh-${issued}`,
      scope: shop.scope,
      ...shop.more,
    })
  }

  function answerApi(url: URL, headers: Headers): Response {
    const token = headers.get('authorization')?.replace(/^Bearer /, '')
    if (token === undefined || !shop.good.has(token)) return new Response('', { status: 401 })

    return Response.json(url.pathname === '/orders' ? { orders: shop.orders } : { refunds: [] })
  }

  return shop
}

/** A browser as far as this app needs one: a cookie jar, and forms that are found and sent. */
export type Browser = ReturnType<typeof createBrowser>

export function createBrowser(base: string) {
  const jar = new Map<string, string>()

  async function send(path: string, form?: Record<string, string>) {
    const response = await fetch(new URL(path, base), {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';')
      const [name, value] = pair!.split('=')
      jar.set(name!, value!)
    }
    return { status: response.status, headers: response.headers, body: await response.text() }
  }

  return {
    jar,
    get: (path: string) => send(path),
    post: send,
    /** Sends the form of the page that goes to `action`, with its hidden fields. */
    async submit(action: string) {
      const { body } = await send('/')
      const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? ''
      return send(action, { csrf })
    },
  }
}
