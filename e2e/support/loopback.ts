import { createListener } from 'hufu/node'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestClient } from './fixtures.ts'
import { startServer } from './server.ts'
import type { TestServer, TestServerOptions } from './server.ts'

/** A server on a free port of this machine. */
interface Place {
  /** Its address; the host is one of this machine's names, which to a browser are different sites. */
  readonly at: (host?: string) => string
  readonly close: () => Promise<void>
}

/** A site of somebody else: an app, its second host, an attacker's page. */
export interface Site extends Place {
  /** Every request for something other than an icon, in order. */
  readonly visits: readonly Visit[]
}

export interface Visit {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export async function openSite(answer: (url: URL, response: ServerResponse) => unknown): Promise<Site> {
  const visits: Visit[] = []
  const place = await listen((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
    if (url.pathname === '/favicon.ico') return void response.writeHead(204).end()
    void text(request).then((body) => {
      visits.push({ method: request.method ?? '', url, headers: request.headers, body })
      answer(url, response)
    })
  })

  return { ...place, visits }
}

/**
 * The authorization server at a real address, `http://localhost:<port>` and perhaps a path, with the cast and with apps
 * of the test's own.
 */
export async function openAuthority(
  clients: readonly (TestClient & Readonly<Record<string, unknown>>)[],
  options: TestServerOptions = {},
  path = '',
): Promise<TestServer> {
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end()
  const place = await listen((request, response) => listener(request, response))
  const as = await startServer({ issuer: place.at('localhost') + path, development: true, ...options })
  listener = createListener(as.server)
  for (const metadata of clients) {
    const saved = await as.server.saveClient(metadata)
    if (!saved.ok) throw new Error(saved.error)
  }

  return {
    ...as,
    close: async () => {
      await place.close()
      await as.close()
    },
  }
}

export const sendHtml = (response: ServerResponse, body: string) =>
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Somewhere else</title><body>${body}`)

/** A page that posts a form to another address as soon as it is there, as an attacker's does. */
export const selfPosting = (action: string, fields: Readonly<Record<string, string>>) => {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`)

  return `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`
}

async function listen(listener: RequestListener): Promise<Place> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    at: (host = '127.0.0.1') => `http://${host}:${port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
