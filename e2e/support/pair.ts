import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { AuthorizationServer } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { createFleetServer } from './fleet-server.ts'
import { fleetIssuer, newSecret, person, racer, startInstance } from './instances.ts'
import type { Instance, InstanceOptions, InstanceStore } from './instances.ts'
import { quickHasher } from './quick-hasher.ts'
import { proofOf } from './server.ts'
import type { Tokens } from './server.ts'
import type { TestClient } from './fixtures.ts'
import { createUserAgent, toForm } from './user-agent.ts'
import type { Fields, UserAgent } from './user-agent.ts'

/** One of several servers, as those who use it see it. */
export interface Door {
  readonly url: () => string
  readonly send: (path: string, init?: RequestInit) => Promise<Response>
  /** As this client would. */
  readonly post: (path: string, form: Fields, client?: TestClient, headers?: object) => Promise<Response>
}

/** Two servers in processes of their own over one store, and somebody who administers them, here, in a third. */
export interface Pair {
  readonly first: Door
  readonly second: Door
  readonly operator: AuthorizationServer
  readonly secret: string
  readonly kill: (which: 'first' | 'second') => Promise<void>
  readonly restart: (which: 'first' | 'second', settings?: InstanceOptions['settings']) => Promise<void>
  readonly close: () => Promise<void>
}

export interface Browser extends UserAgent {
  /** The next pages come from there. */
  readonly goTo: (door: Door) => Browser
}

export interface Code {
  readonly code: string
  readonly verifier: string
}

type Options = Partial<Pick<InstanceOptions, 'clients' | 'settings'>>

export async function startPair(store: InstanceStore, options: Options = {}): Promise<Pair> {
  const secret = newSecret()
  const { clients = [], settings = {} } = options
  const start = () => startInstance({ store, secret, port: 0, quickPasswords: true, ...options })
  // At once: each finds the database empty.
  const [one, other] = await Promise.all([start(), start()])
  const instances = { first: one, second: other }
  const opened = open(store)
  const operator = await createFleetServer({ ...settings, store: opened, secret, hasher: quickHasher }, clients)

  return {
    first: doorOf(() => instances.first.url),
    second: doorOf(() => instances.second.url),
    operator,
    secret,
    kill: (which) => instances[which].kill(),
    restart: async (which, changed) => {
      const restarted: Instance = await instances[which].restart(changed && { settings: { ...settings, ...changed } })
      instances[which] = restarted
    },
    close: async () => {
      await operator.close()
      await Promise.all(Object.values(instances).map((each) => each.stop()))
      await opened.close()
    },
  }
}

const open = (given: InstanceStore) =>
  given.kind === 'sqlite'
    ? openSqlite({ file: given.file })
    : openPostgres({ connectionString: given.connectionString, maxConnections: 3 })

function doorOf(url: () => string): Door {
  const send: Door['send'] = (path, init = {}) => fetch(new URL(path, url()), { redirect: 'manual', ...init })

  return {
    url,
    send,
    post: (path, form, client = racer, headers = {}) => {
      const proof = proofOf(client)

      return send(path, {
        method: 'POST',
        body: toForm({ ...proof.form, ...form }),
        headers: { ...proof.headers, ...headers },
      })
    },
  }
}

/** @param address where it is, for what is counted by that; each browser is elsewhere unless it says so */
export function createBrowser(from: Door, address = anAddress()): Browser {
  let door = from
  const agent = createUserAgent(async (request) => {
    const { pathname, search } = new URL(request.url)
    const headers = { ...Object.fromEntries(request.headers), 'x-forwarded-for': address }
    const body = request.method === 'POST' ? await request.text() : undefined

    return door.send(pathname + search, { method: request.method, headers, ...(body !== undefined && { body }) })
  }, fleetIssuer)
  const browser: Browser = {
    ...agent,
    goTo: (next) => {
      door = next

      return browser
    },
  }

  return browser
}

let addresses = 0

/** Another one at each call. */
export const anAddress = () => `192.0.2.${(addresses += 1)}`

export async function signedIn(door: Door, as: { readonly username: string; readonly password: string } = person) {
  const browser = createBrowser(door)
  const { username, password } = as
  const after = await browser.submit(await browser.open(`${fleetIssuer}/sign-in`), '/sign-in', { username, password })
  assert.equal(after.status, 200)

  return browser
}

export function authorizeUrl(client: TestClient, more: Fields = {}) {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = toForm({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris?.[0],
    scope: client.scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  })

  return { verifier, parameters, url: `${fleetIssuer}/authorize?${parameters}` }
}

/** A code for a client that needs no consent. */
export async function codeFor(browser: Browser, client: TestClient = racer): Promise<Code> {
  const { url, verifier } = authorizeUrl(client)
  const page = await browser.open(url)

  return { code: codeOf(page), verifier }
}

export function codeOf({ leavesFor, html }: { readonly leavesFor: string | undefined; readonly html: string }): string {
  const code = new URL(leavesFor ?? 'about:blank').searchParams.get('code')
  assert.ok(code !== null, `no code: ${leavesFor} ${html}`)

  return code
}

export const redeem = (door: Door, { code, verifier }: Code, client: TestClient = racer) =>
  door.post('/token', { grant_type: 'authorization_code', code, code_verifier: verifier }, client)

export const refresh = (door: Door, token: string | undefined, client: TestClient = racer) =>
  door.post('/token', { grant_type: 'refresh_token', refresh_token: token }, client)

export async function tokensOf(answer: Response): Promise<Tokens & { readonly refresh_token: string }> {
  const text = await answer.text()
  assert.equal(answer.status, 200, text)

  return JSON.parse(text) as Tokens & { readonly refresh_token: string }
}

export const errorOf = async (answer: Response) =>
  `${answer.status} ${((await answer.json()) as { readonly error?: string }).error ?? ''}`
