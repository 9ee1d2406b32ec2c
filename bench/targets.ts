import { client, jwtResource, scope } from './world.ts'
import type { Places } from './servers/child.ts'
import type { ServerProcess } from './load/server-process.ts'

/** A server that can be measured. */
export interface Server {
  readonly name: ServerName
  /** Of `bench/servers`. */
  readonly file: string
  /** What kind of server it is, for who reads the table. */
  readonly kind: string
  readonly package: string | undefined
  /** Where a browser begins to sign in. */
  readonly signIn: (places: Places) => string
  /** Its access tokens of W2 and W3 are signed JWTs, as Hufu's are. */
  readonly signs: boolean
}

export type ServerName = 'bare' | 'oidc-provider' | 'node-oauth2-server' | 'hufu'

/** One that is running. */
export interface Target extends Server {
  readonly process: ServerProcess
  readonly places: Places
  /** Of a browser in which the person has signed in and said yes; made when it is first needed. */
  readonly cookie: () => Promise<string>
}

const authorizePath = ({ authorize = '' }: Places) => `${authorize}?${authorizeQuery('sign-in', 'x'.repeat(43))}`

/** @param challenge S256 of the verifier */
export const authorizeQuery = (state: string, challenge: string) =>
  new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope,
    resource: jwtResource,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString()

/** In the order in which they take their turns. */
export const servers: readonly Server[] = [
  {
    name: 'bare',
    file: 'bare.ts',
    kind: 'node:http, a form read, JSON answered',
    package: undefined,
    signIn: () => '/',
    signs: false,
  },
  {
    name: 'oidc-provider',
    file: 'oidc-provider.ts',
    kind: 'SQLite, synced at every commit',
    package: 'oidc-provider',
    signIn: authorizePath,
    signs: true,
  },
  {
    name: 'node-oauth2-server',
    file: 'node-oauth2-server.ts',
    kind: 'in memory, opaque tokens only',
    package: '@node-oauth/oauth2-server',
    signIn: () => '/sign-in',
    signs: false,
  },
  {
    name: 'hufu',
    file: 'hufu.ts',
    kind: 'SQLite, synced at every commit; limits, audit and family checks on',
    package: 'hufu',
    signIn: authorizePath,
    signs: true,
  },
]
