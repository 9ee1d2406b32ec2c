/** What every server of the benchmark knows: one client, one API that asks, one person, two APIs. */

export const client = {
  id: 'bench-client',
  secret: 'bench-client-secret-of-forty-three-characters',
  redirectUri: 'https://client.example/cb',
} as const

/** The resource server that asks about tokens. */
export const api = { id: 'bench-api', secret: 'bench-api-secret-of-forty-three-characters--' } as const

export const person = { username: 'li.wei', password: 'a-quiet-harbour-42', name: 'Li Wei' } as const

/** Its access tokens are JWTs, signed with ES256. */
export const jwtResource = 'https://orders.example'
/** Its access tokens are opaque: rows of the server's store. */
export const opaqueResource = 'https://bills.example'

export const scope = 'orders.read'
export const opaqueScope = 'bills.read'

/** Lives longer than any run, in every server: nothing expires meanwhile. */
export const tokenLifetimeSeconds = 3600

export const basic = ({ id, secret }: { readonly id: string; readonly secret: string }) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
