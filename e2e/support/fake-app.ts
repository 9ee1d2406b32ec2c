import { openSite, sendHtml } from './loopback.ts'
import type { Site, Visit } from './loopback.ts'

/** An app as the authorization server knows it: a page of its own and a callback, on this machine. */
export interface FakeApp extends Site {
  /** In RFC 7591 words, to be registered. */
  readonly metadata: {
    readonly client_id: string
    readonly client_secret: string
    readonly client_name: string
    readonly client_uri: string
    readonly redirect_uris: readonly string[]
    readonly scope: string
  } & Readonly<Record<string, unknown>>
  /** What came back to its callback, in order. */
  readonly answers: () => readonly URLSearchParams[]
  readonly calls: () => readonly Visit[]
}

/**
 * @param name letters only; its id and secret are made of it
 * @param onwards where the callback sends the browser; by default it shows a page
 */
export async function openApp(
  name: string,
  { onwards, ...more }: { readonly onwards?: string } & Readonly<Record<string, unknown>> = {},
): Promise<FakeApp> {
  const site = await openSite((url, response) => {
    if (url.pathname === '/callback' && onwards !== undefined)
      response.writeHead(303, { location: onwards, 'cache-control': 'no-store' }).end()
    else sendHtml(response, `<h1 id="app">${name}</h1>`)
  })
  const id = name.toLowerCase()
  const calls = () => site.visits.filter((each) => each.url.pathname === '/callback')

  return {
    ...site,
    metadata: {
      client_id: id,
      client_secret: `hufucanary_secret_of_${id}_0123456789abcdef`,
      client_name: name,
      client_uri: site.at(),
      redirect_uris: [`${site.at()}/callback`],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'orders.read orders.write',
      hufu_default_resource: 'https://orders.example',
      ...more,
    },
    calls,
    answers: () => calls().map((each) => each.url.searchParams),
  }
}
