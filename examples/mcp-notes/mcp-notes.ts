import { hostHeaderValidation } from '@modelcontextprotocol/sdk/server/middleware/hostHeaderValidation.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import express from 'express'
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express'
import { callerOf, createGuard, expressGuard, expressMetadata } from 'hufu/guard'
import type { GuardOptions } from 'hufu/guard'
import { allowOrigins } from './origins.ts'
import { createNoteBook } from './note-book.ts'
import type { NoteBook } from './note-book.ts'
import { baseScope, createNotesServer, scopeHierarchy, scopeNeededBy } from './tools.ts'

export { createNoteBook }
export type { NoteBook }

export interface McpNotesOptions {
  /** Where this server is reached, `https://notes.example/mcp`: its identifier, and the `aud` of tokens for it. */
  readonly resource: string
  /** The authorization server whose tokens count. */
  readonly issuer: string
  readonly book?: NoteBook
  /** Origins of the web pages that may call this server, such as `https://inspector.example`. @default none */
  readonly allowedOrigins?: readonly string[]
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly fetch?: typeof fetch
  readonly onDecision?: GuardOptions['onDecision']
}

/** Bytes of one message. */
const maxMessage = '64kb'

/**
 * A Model Context Protocol server over Streamable HTTP, with Hufu's guard in front. It keeps no sessions, so every
 * request is judged by its own token.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization
 */
export function createMcpNotes(options: McpNotesOptions): Express {
  const { resource, issuer, book = createNoteBook(), allowedOrigins = [], now, fetch: send, onDecision } = options
  const { hostname, origin, pathname } = new URL(resource)
  const guard = createGuard({
    resource,
    issuer,
    scopesSupported: ['notes.read', 'notes.write'],
    scopeHierarchy,
    resourceName: 'Notes',
    ...(now && { now }),
    ...(send && { fetch: send }),
    ...(onDecision && { onDecision }),
  })

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(hostHeaderValidation([hostname]))
  app.use(expressMetadata(guard))
  app.get(serverMetadata, (_request, response) => response.redirect(302, metadataUrlOf(issuer)))
  app.all(
    pathname,
    allowOrigins((asking) => asking === origin || allowedOrigins.includes(asking)),
  )
  // Before the body is read: a stranger's message costs nothing.
  app.all(pathname, expressGuard(guard, { scope: baseScope }))
  app.post(pathname, express.json({ limit: maxMessage }), refuseBatches, (request, response, next) =>
    expressGuard(guard, { scope: scopeNeededBy(request.body) })(request, response, next),
  )
  app.post(pathname, (request, response) => answer(request, response, book))
  app.all(pathname, (_request, response) => {
    response.set('allow', 'POST')
    refuse(response, 405, -32_000, 'There is no stream to listen to: POST a message.')
  })
  app.use(malformed)

  return app
}

/** Where clients look that know the protocol as it was before 2025-06-18: they take this for the authorization server. */
const serverMetadata = '/.well-known/oauth-authorization-server'

/** @see RFC 8414 section 3.1 */
function metadataUrlOf(issuer: string): string {
  const { origin, pathname } = new URL(issuer)

  return origin + serverMetadata + (pathname === '/' ? '' : pathname)
}

/** The token was spent on the question who calls; what the tools get is the caller alone. */
async function answer(request: Request, response: Response, book: NoteBook): Promise<void> {
  const server = createNotesServer(callerOf(request), book)
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  response.once('close', () => void server.close())

  await server.connect(transport as Transport)
  await transport.handleRequest(request, response, request.body)
}

/** One message a request, as the protocol has it since 2025-06-18: so there is one scope to ask for. */
const refuseBatches: RequestHandler = (request, response, next) => {
  if (Array.isArray(request.body)) refuse(response, 400, -32_600, 'Send one message at a time.')
  else next()
}

const malformed: ErrorRequestHandler = (fault: { status?: number }, _request, response, next) => {
  const { status = 500 } = fault
  if (response.headersSent || status >= 500) next(fault)
  else refuse(response, status, -32_700, 'The message could not be read.')
}

function refuse(response: Response, status: number, code: number, message: string): void {
  response.status(status).json({ jsonrpc: '2.0', error: { code, message }, id: null })
}
