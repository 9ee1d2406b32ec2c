import { createMcpNotes, createNoteBook } from 'example-mcp-notes'
import type { McpNotesOptions } from 'example-mcp-notes'
import { connectNotes, createProvider } from 'example-mcp-notes/client'
import type { NotesClient, Provider, ProviderOptions } from 'example-mcp-notes/client'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { resources, scopes } from './fixtures.ts'
import type { TestClient } from './fixtures.ts'
import { openAuthority } from './loopback.ts'
import type { Steps, TestServer, TestServerOptions } from './server.ts'

/** Where the clients of these tests listen; nobody does, as the browser is one in code. */
export const redirectUrl = 'http://127.0.0.1:45678/callback'

/** A public client that somebody registered by hand. */
export const notesApp = {
  client_id: 'notes-app',
  client_name: 'Notes App',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  scope: 'notes.read notes.write',
} as const

/** The MCP server of the examples with an authorization server of its own, both at real addresses. */
export interface Notes {
  readonly as: TestServer
  /** The address of the MCP server, which is its identifier. */
  readonly url: string
  /** Each request of a client, to the MCP server and to the authorization server, as `POST /mcp 401`. */
  readonly asked: string[]
  /** Where browsers were sent. */
  readonly visited: URL[]
  /** The person's browser, from the request to the way back, which is put down in `returned`. */
  readonly browse: (to: URL, steps?: Steps) => Promise<void>
  readonly returned: URL[]
  /** A client whose person allows everything, unless `steps` say otherwise. */
  readonly provider: (options?: Partial<ProviderOptions>, steps?: Steps) => Provider
  readonly connect: (provider: Provider) => Promise<NotesClient>
}

export interface NotesOptions {
  readonly clients?: readonly (TestClient & Readonly<Record<string, unknown>>)[]
  /** @default '/mcp' */
  readonly path?: string
  readonly accessTokenLifetime?: number
  /** @default '' */
  readonly issuerPath?: string
  readonly server?: TestServerOptions
  readonly notes?: Partial<McpNotesOptions>
}

export async function startNotes(t: TestContext, options: NotesOptions = {}): Promise<Notes> {
  const { clients = [notesApp], path = '/mcp', accessTokenLifetime = 600 } = options
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end()
  let streams = 0
  const http = createServer((request, response) => {
    response.once('close', () => (streams += response.statusCode === 405 ? 1 : 0))
    listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.after(() => http.close().closeAllConnections())
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`

  const own = { resource: url, scopes: ['notes.read', 'notes.write'], accessTokenLifetime }
  const settings: TestServerOptions = {
    resources: [...resources, own],
    scopes: [
      ...scopes,
      { name: 'notes.read', title: 'Read your notes' },
      { name: 'notes.write', title: 'Write notes', access: 'write' },
    ],
    ...options.server,
  }
  const as = await openAuthority(clients, settings, options.issuerPath)
  t.after(as.close)
  const now = options.server?.clock ?? as.clock.now
  listener = createMcpNotes({ resource: url, issuer: as.issuer, book: createNoteBook(), now, ...options.notes })

  const visited: URL[] = []
  const returned: URL[] = []
  async function browse(to: URL, steps?: Steps): Promise<void> {
    visited.push(to)
    const page = await as.walk(as.browser(), to.href, steps)
    if (page.leavesFor === undefined) throw new Error(`the browser stays: ${page.status}\n${page.html}`)
    returned.push(new URL(page.leavesFor))
  }

  const asked: string[] = []
  function provider(given: Partial<ProviderOptions> = {}, steps?: Steps): Provider {
    const made = createProvider({ server: url, redirectUrl, openBrowser: (to) => browse(to, steps), ...given })
    async function record(to: string | URL, init?: RequestInit): Promise<Response> {
      const response = await made.fetch(to, init)
      asked.push(`${init?.method ?? 'GET'} ${new URL(to).pathname} ${response.status}`)

      return response
    }

    return { ...made, fetch: record }
  }

  /** The SDK asks for a stream beside, once it is in; it must not do so while a test lets time pass. */
  async function connect(by: Provider): Promise<NotesClient> {
    const before = streams
    const client = await connectNotes(url, by, async () => returned.pop()!)
    while (streams === before) await setImmediate()

    return client
  }

  return { as, url, asked, visited, browse, returned, provider, connect }
}
