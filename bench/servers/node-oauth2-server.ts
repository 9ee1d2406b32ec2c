/** `@node-oauth/oauth2-server` with all its state in a Map, behind a bare `node:http`: a library, without a store of its own. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import OAuth2Server from '@node-oauth/oauth2-server'
import { client as theClient, person, tokenLifetimeSeconds } from '../world.ts'
import { serve } from './child.ts'

const client = {
  id: theClient.id,
  redirectUris: [theClient.redirectUri],
  grants: ['authorization_code', 'refresh_token', 'client_credentials'],
}
const user = { id: person.username }
const codes = new Map<string, OAuth2Server.AuthorizationCode>()
const accessTokens = new Map<string, OAuth2Server.Token>()
const refreshTokens = new Map<string, OAuth2Server.RefreshToken>()
const random = async () => randomBytes(32).toString('base64url')
const sessionCookie = `session=${await random()}`

const model = {
  generateAccessToken: random,
  generateRefreshToken: random,
  generateAuthorizationCode: random,
  getClient: async (id: string, secret: string | null) =>
    id === client.id && (secret === null || secret === theClient.secret) ? client : false,
  getUserFromClient: async () => ({ id: client.id }),
  validateScope: async (_user: unknown, _client: unknown, scope?: string[]) => scope ?? [],
  saveToken: async (token: OAuth2Server.Token, of: OAuth2Server.Client, by: OAuth2Server.User) => {
    const saved = { ...token, client: of, user: by }
    accessTokens.set(saved.accessToken, saved)
    if (saved.refreshToken !== undefined) refreshTokens.set(saved.refreshToken, saved as OAuth2Server.RefreshToken)

    return saved
  },
  getAccessToken: async (token: string) => accessTokens.get(token),
  getRefreshToken: async (token: string) => refreshTokens.get(token),
  revokeToken: async ({ refreshToken }: OAuth2Server.RefreshToken) => refreshTokens.delete(refreshToken),
  saveAuthorizationCode: async (
    code: OAuth2Server.AuthorizationCode,
    of: OAuth2Server.Client,
    by: OAuth2Server.User,
  ) => {
    const saved = { ...code, client: of, user: by }
    codes.set(saved.authorizationCode, saved)

    return saved
  },
  getAuthorizationCode: async (code: string) => codes.get(code),
  revokeAuthorizationCode: async ({ authorizationCode }: OAuth2Server.AuthorizationCode) =>
    codes.delete(authorizationCode),
}

const oauth = new OAuth2Server({
  model: model as unknown as OAuth2Server.ServerOptions['model'],
  accessTokenLifetime: tokenLifetimeSeconds,
  alwaysIssueNewRefreshToken: true,
})

const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.on('end', () => {
    answer(incoming, Buffer.concat(chunks).toString(), outgoing).catch(() => outgoing.writeHead(500).end())
  })
})

async function answer(incoming: IncomingMessage, text: string, outgoing: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  if (pathname === '/sign-in') return send(outgoing, 200, { 'set-cookie': sessionCookie }, '')
  const request = new OAuth2Server.Request({
    method: incoming.method ?? 'GET',
    headers: incoming.headers as Record<string, string>,
    query: Object.fromEntries(searchParams),
    body: Object.fromEntries(new URLSearchParams(text)),
  })
  const response = new OAuth2Server.Response({})
  const isSignedIn = incoming.headers.cookie === sessionCookie
  const handling =
    pathname === '/authorize'
      ? oauth.authorize(request, response, { authenticateHandler: { handle: () => (isSignedIn ? user : undefined) } })
      : oauth.token(request, response)
  // Refusals are thrown, and stand in the answer as well.
  await handling.catch(() => {})
  const headers = response.headers as Record<string, string>
  send(outgoing, response.status ?? 500, headers, response.body === undefined ? '' : JSON.stringify(response.body))
}

function send(outgoing: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  const type = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  outgoing.writeHead(status, { ...headers, ...type }).end(body)
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve({ port, token: '/token', authorize: '/authorize' }, async () => void server.closeAllConnections())
})
