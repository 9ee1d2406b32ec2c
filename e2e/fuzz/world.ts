import { randomBytes } from 'node:crypto'
import { createClock } from 'hufu/testing'
import { authorizationDetailTypes } from '../support/details.ts'
import { d1 } from '../support/device.ts'
import { billing, orders, r3, stock } from '../support/exchange.ts'
import * as cast from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'
import type { TestServer, Tokens } from '../support/server.ts'
import { createIssuer, jwtBearerGrant } from '../support/trusted-issuer.ts'
import type { Issuer } from '../support/trusted-issuer.ts'
import type { UserAgent } from '../support/user-agent.ts'
import { formOf, post, toRequest } from './draft.ts'
import type { Draft } from './draft.ts'

/** An app of the operator's own: a signed-in browser gets a code without a page. */
export const fp = {
  ...cast.c1,
  client_id: 'fp',
  client_secret: 'hufucanary_secret_of_fp_0123456789abcdef',
  scope: 'openid profile email orders.read orders.write',
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  hufu_first_party: true,
  post_logout_redirect_uris: ['https://client.example/out'],
} as const

export const portal = {
  client_id: 'portal',
  client_secret: 'hufucanary_secret_of_portal_0123456789ab',
  grant_types: [jwtBearerGrant],
  scope: 'orders.read',
} as const

/** A server with everything on, somebody who is signed in, and what a stranger could have found. */
export interface World {
  readonly as: TestServer
  readonly idp: Issuer
  readonly alice: () => UserAgent
  /** Somebody who signs in, and whose wrong passwords lock out nobody else. */
  readonly person: () => cast.TestPerson
  /** From an address of its own and a second later, so that no limit hides what lies behind it. */
  readonly send: (draft: Draft) => Promise<Response>
  readonly code: (scope?: string) => Promise<{ readonly code: string; readonly verifier: string }>
  readonly tokens: (scope?: string) => Promise<Tokens>
  /** A device that waits for somebody. */
  readonly device: () => Promise<{ readonly device_code: string; readonly user_code: string }>
  /** Everybody who is registered. */
  readonly clients: readonly cast.TestClient[]
  /** Texts that mean something here, but not in the place where they are put. */
  readonly known: () => readonly string[]
  /** What no answer may tell. */
  readonly secrets: ReadonlySet<string>
  readonly refresh: () => Promise<void>
}

const resources = [
  { resource: cast.r1, scopes: ['orders.read', 'orders.write', 'jobs.run'] },
  { resource: cast.r2, scopes: ['bills.read', 'orders.read', 'jobs.run'], tokenFormat: 'opaque' },
  { resource: r3, scopes: ['orders.read', 'orders.write'] },
] as const

/** Words that belong somewhere. */
const meaningful = [
  cast.r1,
  cast.r2,
  r3,
  'https://client.example/cb',
  'https://mallory.example/cb',
  'http://127.0.0.1:1/cb',
  'https://docs.example/client',
  'orders.read',
  'bills.read',
  'jobs.run',
  'openid',
  'offline_access',
  'alice',
  'BCDF-GHJK',
  'authorization_code',
  'refresh_token',
  'client_credentials',
  jwtBearerGrant,
  'S256',
  'code',
  'form_post',
]

const features = {
  pushedRequests: 'on',
  dpop: 'on',
  deviceGrant: true,
  tokenExchange: true,
  openid: true,
  registration: 'open',
  clientIdMetadataDocuments: true,
} as const

export async function startWorld(): Promise<World> {
  const clock = createClock()
  const idp = createIssuer('https://idp.example', clock.now)
  const as = await startServer({
    clock: clock.now,
    resources,
    features,
    authorizationDetailTypes,
    // So that those nobody uses make room for others.
    registration: { firstUseWithin: 600 },
    trustedIssuers: [
      {
        issuer: idp.issuer,
        jwks: idp.jwks,
        clients: [portal.client_id],
        subject: 'username',
        scopes: ['orders.read'],
        resources: [cast.r1],
      },
    ],
    // Nobody outside is asked.
    fetchDocument: async () => ({ ok: false, error: 'unreachable' }),
  })
  const clients = [fp, portal, orders, billing, stock, d1]
  for (const metadata of clients) {
    const saved = await as.server.saveClient(metadata)
    if (!saved.ok) throw new Error(saved.error)
  }
  const everyone: readonly cast.TestClient[] = [...cast.clients, ...clients]
  const secrets = new Set([
    ...everyone.flatMap(({ client_secret: secret }) => secret ?? []),
    cast.alice.password,
    cast.mallory.password,
    'hufucanary_password_of_somebody',
  ])
  let alice = await as.signedIn()
  let person = { username: '', password: 'hufucanary_password_of_somebody' }
  let known: readonly string[] = []
  let count = 0

  async function send(draft: Draft): Promise<Response> {
    count += 1
    clock.advance(1 as Parameters<typeof clock.advance>[0])
    as.exchanges.length = 0

    return as.server.fetch(toRequest(draft, as.issuer), `198.51.${(count >> 8) & 255}.${count & 255}`)
  }

  async function code(scope = 'orders.read') {
    const { url, verifier } = as.authorize({ scope }, fp)
    const page = await alice.open(url)
    const found = new URL(page.leavesFor ?? 'about:blank').searchParams.get('code')
    if (found === null) throw new Error(`no code: ${page.status}\n${page.html}`)

    return { code: found, verifier }
  }

  async function tokens(scope?: string): Promise<Tokens> {
    const form = await code(scope)
    const answer = await as.token(
      { grant_type: 'authorization_code', code: form.code, code_verifier: form.verifier },
      fp,
    )

    return readTokens(answer)
  }

  async function device() {
    const answer = await send(post('/device_authorization', formOf(d1, { scope: 'orders.read' })))
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`no device code: ${answer.status} ${text}`)

    return JSON.parse(text) as { readonly device_code: string; readonly user_code: string }
  }

  /** Sessions and tokens end, as time goes on here. */
  async function refresh(): Promise<void> {
    await as.store.prune(clock.now(), 100_000)
    person = { ...person, username: `person${count}` }
    const saved = await as.server.saveAccount({ ...person, name: 'Somebody' })
    if (!saved.ok) throw new Error(saved.error)
    alice = await as.signedIn()
    const mine = await tokens('openid profile email orders.read')
    const unused = await code()
    const strange = await as.token({ grant_type: 'client_credentials', resource: cast.r1 }, cast.m1)
    const { access_token: ofMachine } = await readTokens(strange)
    const found = [unused.code, mine.access_token, mine.refresh_token ?? '', ofMachine]
    for (const each of found) secrets.add(each)
    known = [
      ...found,
      ...everyone.flatMap(({ client_id: id, client_secret: secret }) => [id, secret ?? '']),
      ...Array.from(alice.cookies, ([name, value]) => `${name}=${value}`),
      ...meaningful,
      as.issuer,
      idp.issuer,
      idp.say(),
      randomBytes(32).toString('base64url'),
    ]
  }

  await refresh()

  return {
    as,
    idp,
    alice: () => alice,
    person: () => person,
    send,
    code,
    tokens,
    device,
    clients: everyone,
    known: () => known,
    secrets,
    refresh,
  }
}

async function readTokens(answer: Response): Promise<Tokens> {
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${text}`)

  return JSON.parse(text) as Tokens
}
