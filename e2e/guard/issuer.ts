import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A tiny authorization server over real HTTP that signs with node:crypto alone, so that nothing of Hufu checks itself. */
export interface SmallIssuer {
  readonly issuer: string
  /** A signed access token; `claims` are added to what every one has. */
  readonly issue: (claims: Readonly<Record<string, unknown>>) => string
  readonly close: () => void
}

export async function startIssuer(): Promise<SmallIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'e2e', alg: 'ES256', use: 'sig' }
  const server = createServer((request, response) => {
    const documents: Record<string, object> = {
      '/.well-known/oauth-authorization-server': { issuer, jwks_uri: `${issuer}/jwks` },
      '/jwks': { keys: [jwk] },
    }
    const document = documents[request.url ?? '']
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    issuer,
    issue(claims) {
      const now = Math.floor(Date.now() / 1000)
      const usual = { iss: issuer, sub: 'li.wei', client_id: 'shop', iat: now, exp: now + 60, scope: 'orders.read' }
      const input = [
        { alg: 'ES256', typ: 'at+jwt', kid: 'e2e' },
        { ...usual, ...claims },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })

      return `${input}.${signature.toString('base64url')}`
    },
    close: () => server.close().closeAllConnections(),
  }
}
