import { createHash, randomBytes } from 'node:crypto'
import { askingApi, fleetIssuer, person, racer } from '../support/instances.ts'
import type { Instance } from '../support/instances.ts'
import { createWireClient } from '../support/wire-client.ts'
import type { WireAnswer, WireRequest } from '../support/wire-client.ts'

/** The instances of one server: what is sent goes to the one whose turn it is. */
export interface Ring {
  readonly send: (turn: number, request: WireRequest) => Promise<WireAnswer>
  readonly close: () => Promise<void>
}

export interface RingClient {
  readonly client_id: string
  readonly client_secret: string
  readonly redirect_uris: readonly string[]
  readonly scope: string
}

export interface Code {
  readonly code: string
  readonly verifier: string
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly error?: string
}

/** @param connections to each instance */
export function createRing(instances: readonly Pick<Instance, 'url'>[], connections = 100): Ring {
  const clients = instances.map(({ url }) => createWireClient(url, connections))

  return {
    send: (turn, request) => clients[turn % clients.length]!.send(request),
    close: async () => clients.forEach((each) => each.close()),
  }
}

/** Signs the person in and gives the cookies. */
export async function signIn(ring: Ring, turn = 0): Promise<string> {
  const page = await ring.send(turn, { method: 'GET', path: '/sign-in' })
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  const cookie = cookiesOf(page)
  const { username, password } = person
  const headers = { ...formHeaders, cookie }
  const path = '/sign-in'
  const answer = await ring.send(turn, { method: 'POST', path, headers, body: form({ csrf, username, password }) })
  if (answer.status !== 303) throw new Error(`could not sign in: ${answer.status}`)

  return `${cookie}; ${cookiesOf(answer)}`
}

/** One code, by the redirect that a signed-in browser gets. */
export async function getCode(ring: Ring, turn: number, cookie: string, client: RingClient = racer): Promise<Code> {
  const verifier = randomBytes(32).toString('base64url')
  const query = form({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0]!,
    scope: client.scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const answer = await ring.send(turn, { method: 'GET', path: `/authorize?${query}`, headers: { cookie } })
  const [location = ''] = answer.header('location')
  const code = URL.canParse(location) ? new URL(location).searchParams.get('code') : null
  if (code === null) throw new Error(`no code: ${answer.status} ${location}`)

  return { code, verifier }
}

type Loses = Pick<WireRequest, 'loses'>

export const redeem = (
  ring: Ring,
  turn: number,
  { code, verifier }: Code,
  client: RingClient = racer,
  more: Loses = {},
) => post(ring, turn, '/token', { grant_type: 'authorization_code', code, code_verifier: verifier }, client, more)

export const refresh = (ring: Ring, turn: number, token: string, client: RingClient = racer, more: Loses = {}) =>
  post(ring, turn, '/token', { grant_type: 'refresh_token', refresh_token: token }, client, more)

export const revoke = (ring: Ring, turn: number, token: string, client: RingClient = racer) =>
  post(ring, turn, '/revoke', { token }, client)

/** What introspection says. */
export async function isActive(ring: Ring, turn: number, token: string): Promise<boolean> {
  const answer = await post(ring, turn, '/introspect', { token }, askingApi)

  return (JSON.parse(answer.text) as { readonly active: boolean }).active
}

export const tokensOf = ({ text }: Pick<WireAnswer, 'text'>) => JSON.parse(text) as Tokens

export function post(
  ring: Ring,
  turn: number,
  path: string,
  fields: Readonly<Record<string, string>>,
  { client_id: id, client_secret: secret }: Pick<RingClient, 'client_id' | 'client_secret'>,
  more: Loses = {},
): Promise<WireAnswer> {
  const headers = { ...formHeaders, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }

  return ring.send(turn, { method: 'POST', path, headers, body: form(fields), ...more })
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded', origin: fleetIssuer }

const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString()

const cookiesOf = (answer: WireAnswer) =>
  answer
    .header('set-cookie')
    .map((each) => each.split(';')[0])
    .join('; ')
