import { createHash, randomBytes } from 'node:crypto'
import { createAuthorizationServer } from 'hufu'
import type { AuthorizationServer, AuthorizationServerOptions, Exchange } from 'hufu'
import { openSqlite } from 'hufu/sqlite'
import { anEvent, createClock } from 'hufu/testing'
import type { TestClock } from 'hufu/testing'
import * as cast from './fixtures.ts'
import type { TestClient, TestPerson } from './fixtures.ts'
import { quickHasher } from './quick-hasher.ts'
import { createUserAgent, toForm } from './user-agent.ts'
import type { Fields, Page, UserAgent } from './user-agent.ts'

type Store = AuthorizationServerOptions['store']

/** An authorization request that an honest client makes, and what it keeps for the way back. */
export interface AuthorizationRequest {
  readonly url: string
  readonly client: TestClient
  readonly state: string
  readonly verifier: string
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly id_token?: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope?: string
  readonly authorization_details?: readonly object[]
  readonly refresh_token_timeout?: number
  readonly authorization_expires_in?: number
}

/** A server of its own for a test, in this process, with the cast of `fixtures.ts` and a clock that stands still. */
export interface TestServer {
  readonly server: AuthorizationServer
  readonly issuer: string
  readonly clock: TestClock
  /** Lets so many seconds pass. */
  readonly later: (seconds: number) => void
  readonly store: Store
  /** Names of the store's writing calls, in order, but for audit and throttling: what a refusal must leave empty. */
  readonly writes: string[]
  /** What went wrong on the server's side; tests that do not break it want it empty. */
  readonly faults: unknown[]
  /** Everything that went over the wire. */
  readonly exchanges: Exchange[]
  /** `GET` without following redirects, without cookies. */
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>
  /** Any request, without following redirects. */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>
  /** A correct request for C1, or another client, with the named parameters changed, repeated or, by `undefined`, left out. */
  readonly authorize: (changes?: Fields, client?: TestClient) => AuthorizationRequest
  readonly browser: () => UserAgent
  /** A browser in which somebody has signed in at `/sign-in`. */
  readonly signedIn: (person?: TestPerson) => Promise<UserAgent>
  /** Signs in where asked to, and allows where asked; ends outside the server, or on the page that refuses. */
  readonly walk: (browser: UserAgent, url: string, steps?: Steps) => Promise<Page>
  /** The honest flow up to the code; everything that was asked is allowed. */
  readonly code: (
    changes?: Fields,
    client?: TestClient,
    browser?: UserAgent,
  ) => Promise<AuthorizationRequest & { code: string }>
  /** Posts to the token endpoint as this client would: with its registered method. */
  readonly token: (form: Fields, client?: TestClient, headers?: Readonly<Record<string, string>>) => Promise<Response>
  /** A correct redemption: what `TK` is in the attack catalogue. */
  readonly redeem: (code: AuthorizationRequest & { code: string }, changes?: Fields) => Promise<Response>
  /** The honest flow to its end. */
  readonly tokens: (changes?: Fields, client?: TestClient, browser?: UserAgent) => Promise<Tokens>
  readonly rt: (changes?: Fields, client?: TestClient) => Promise<string>
  readonly at: (changes?: Fields, client?: TestClient) => Promise<string>
  /** What introspection says of a token, asked by an API. */
  readonly introspect: (token: string, api?: TestClient) => Promise<Record<string, unknown>>
  /** What an operator does to an app that is to stop. */
  readonly disable: (client: TestClient) => Promise<void>
  readonly close: () => Promise<void>
}

export interface Steps {
  readonly person?: TestPerson
  readonly decision?: 'allow' | 'deny'
  /** Fields of the consent form besides what is ticked by itself. */
  readonly consent?: Fields
}

export type TestServerOptions = Partial<AuthorizationServerOptions> & {
  /** Stands between server and store: slow, broken, counting. */
  readonly wrapStore?: (store: Store) => Store
}

/**
 * One secret and one set of signing keys for all the servers of a process that are not about keys: to make RSA keys
 * takes a tenth of a second.
 */
const shared: { readonly secret: string; keys: Awaited<ReturnType<Store['loadSigningKeys']>> } = {
  secret: randomBytes(32).toString('base64url'),
  keys: [],
}

/** How many servers of this process use a store that has not been left by all: the last one closes it. */
const users = new Map<Store, number>()

function leave(store: Store): void {
  const left = (users.get(store) ?? 1) - 1
  if (left > 0) users.set(store, left)
  else users.delete(store)
}

const aboutKeys: readonly (keyof TestServerOptions)[] = [
  'store',
  'secret',
  'clock',
  'profile',
  'features',
  'resources',
  'signingAlgorithm',
]

/** Where all requests of a test come from, unless it says otherwise. */
const caller = '192.0.2.1'

export async function startServer({ wrapStore, ...options }: TestServerOptions = {}): Promise<TestServer> {
  const clock = createClock()
  const opened = options.store ?? openSqlite({ file: ':memory:' })
  users.set(opened, (users.get(opened) ?? 0) + 1)
  const sharesKeys = !aboutKeys.some((each) => each in options)
  if (sharesKeys && shared.keys.length > 0)
    await opened.changeSigningKeys({ seen: [], add: shared.keys, remove: [] }, anEvent({ type: 'key_created' }))
  const writes: string[] = []
  const faults: unknown[] = []
  const exchanges: Exchange[] = []
  const store = countWrites(wrapStore?.(opened) ?? opened, writes)
  const server = createAuthorizationServer({
    issuer: cast.issuer,
    secret: sharesKeys ? shared.secret : randomBytes(32).toString('base64url'),
    resources: cast.resources,
    scopes: cast.scopes,
    clock: clock.now,
    hasher: quickHasher,
    log: { fault: (error) => faults.push(error) },
    onExchange: (exchange) => exchanges.push(exchange),
    ...options,
    store,
  })
  // The profile fapi2 takes nobody who has a secret, save the APIs.
  const clients = options.profile === 'fapi2' ? [cast.api1, cast.api2] : cast.clients
  for (const metadata of clients) must(await server.saveClient(metadata))
  for (const person of [cast.alice, cast.mallory]) must(await server.saveAccount(person))
  if (sharesKeys) shared.keys = await opened.loadSigningKeys()
  writes.length = 0
  const { issuer } = server
  const origin = new URL(issuer).origin

  const send = (path: string, init: RequestInit = {}) =>
    server.fetch(new Request(new URL(path, issuer), { redirect: 'manual', ...init }), caller)
  const get = (path: string, headers = {}) => send(path, { headers })
  const browser = () => createUserAgent((request) => server.fetch(request, caller), origin)

  function authorize(changes: Fields = {}, client: TestClient = cast.c1): AuthorizationRequest {
    const verifier = randomBytes(32).toString('base64url')
    const state = randomBytes(12).toString('base64url')
    const parameters: Fields = {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: client.redirect_uris?.[0],
      scope: client.scope,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    }

    return { url: `${issuer}/authorize?${toForm(parameters)}`, client, state, verifier }
  }

  async function signedIn(person: TestPerson = cast.alice): Promise<UserAgent> {
    const made = browser()
    const page = await made.open(`${issuer}/sign-in`)
    const after = await made.submit(page, '/sign-in', { username: person.username, password: person.password })
    if (after.status !== 200 || made.cookies.size < 2) throw new Error(`could not sign in: ${after.status}`)

    return made
  }

  async function walk(by: UserAgent, url: string, steps: Steps = {}): Promise<Page> {
    const { person = cast.alice, decision = 'allow', consent = {} } = steps
    let page = await by.open(url)
    if (has(page, '/sign-in'))
      page = await by.submit(page, '/sign-in', { username: person.username, password: person.password })
    if (has(page, '/consent')) page = await by.submit(page, '/consent', { decision, ...consent })

    return page
  }

  async function code(changes: Fields = {}, client: TestClient = cast.c1, by = browser()) {
    const request = authorize(changes, client)
    const page = await walk(by, request.url, { consent: { scope: cast.optionalScopes } })
    const found = responseOf(page).get('code')
    if (found === null) throw new Error(`no code: ${page.status} ${page.leavesFor}\n${page.html}`)

    return { ...request, code: found }
  }

  function token(form: Fields, client: TestClient = cast.c1, headers = {}): Promise<Response> {
    const proof = proofOf(client)

    return send('/token', {
      method: 'POST',
      body: toForm({ ...proof.form, ...form }),
      headers: { ...proof.headers, ...headers },
    })
  }

  const redeem: TestServer['redeem'] = (given, changes = {}) =>
    token(
      { grant_type: 'authorization_code', code: given.code, code_verifier: given.verifier, ...changes },
      given.client,
    )

  async function tokens(changes: Fields = {}, client: TestClient = cast.c1, by = browser()): Promise<Tokens> {
    const answer = await redeem(await code(changes, client, by))
    if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${await answer.text()}`)

    return (await answer.json()) as Tokens
  }

  async function disable({ client_id }: TestClient): Promise<void> {
    const client = await opened.findClient(client_id as Parameters<Store['findClient']>[0])
    if (client === undefined) throw new Error(`no client ${client_id}`)
    await opened.saveClient({ ...client, disabledAt: clock.now() }, anEvent())
  }

  async function introspect(given: string, api: TestClient = cast.api1): Promise<Record<string, unknown>> {
    const proof = proofOf(api)
    const answer = await send('/introspect', {
      method: 'POST',
      body: toForm({ ...proof.form, token: given }),
      headers: proof.headers,
    })

    return (await answer.json()) as Record<string, unknown>
  }

  return {
    server,
    issuer,
    clock,
    later: (seconds) => clock.advance(seconds as Parameters<TestClock['advance']>[0]),
    store: opened,
    writes,
    faults,
    exchanges,
    get,
    send,
    authorize,
    browser,
    signedIn,
    walk,
    code,
    token,
    redeem,
    tokens,
    rt: async (changes, client) => (await tokens(changes, client)).refresh_token ?? '',
    at: async (changes, client) => (await tokens(changes, client)).access_token,
    introspect,
    disable,
    close: async () => {
      await server.close()
      leave(opened)
      if (!users.has(opened)) await opened.close()
    },
  }
}

/** The parameters of the authorization response that a browser leaves with; empty if it does not leave. */
export function responseOf({ leavesFor }: Pick<Page, 'leavesFor'>): URLSearchParams {
  return new URL(leavesFor ?? 'about:blank').searchParams
}

/** How a client proves itself: a header, or members of the form. */
export function proofOf({ client_id: id, client_secret: secret, token_endpoint_auth_method: method }: TestClient): {
  readonly headers: Readonly<Record<string, string>>
  readonly form: Fields
} {
  if (secret === undefined) return { headers: {}, form: { client_id: id } }
  if (method === 'client_secret_post') return { headers: {}, form: { client_id: id, client_secret: secret } }
  const pair = [id, secret].map((each) => encodeURIComponent(each)).join(':')

  return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, form: {} }
}

/** True if the page has a form for this step. */
export const has = (page: Page, step: string) => page.forms.some((each) => each.action.endsWith(step))

const reads =
  /^(?:find|list|load|is[A-Z]|close|prune|check|seal|settleRefusals|saveClient|saveAccount|append|countAttempt|countWaiting)/

function countWrites(store: Store, writes: string[]): Store {
  const methods = Object.entries(store).map(([name, call]: [string, (...given: unknown[]) => unknown]) => [
    name,
    typeof call !== 'function'
      ? call
      : (...given: unknown[]) => {
          if (!reads.test(name)) writes.push(name)

          return call(...given)
        },
  ])

  return Object.fromEntries(methods) as Store
}

function must<Value>(result: { ok: true; value: Value } | { ok: false; error: string }): Value {
  if (!result.ok) throw new Error(result.error)

  return result.value
}
