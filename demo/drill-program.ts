import { hash, randomBytes } from 'node:crypto'
import type { DemoClock } from './demo-clock.ts'
import { drillCallback, drillClientIds } from './drill-registrations.ts'
import type { DrillSecrets } from './drill-registrations.ts'
import type { Addresses } from './registrations.ts'
import { createWalker } from './walker.ts'
import type { Page } from './walker.ts'

/** What the drills work with: addresses, secrets, the clock, and a `fetch` that the inspector listens to. */
export interface DrillTools {
  readonly addresses: Addresses
  readonly secrets: DrillSecrets
  readonly clock: DemoClock
  readonly fetch: typeof fetch
}

/** What came back, as far as a drill looks at it. */
export interface Answer {
  readonly status: number
  /** The public number in the answer. */
  readonly code: string | undefined
  /** The registered error name in the answer. */
  readonly error: string | undefined
  readonly requestId: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

type Parameters = Readonly<Record<string, string | undefined>>

/**
 * A client that does everything right. A drill takes it and does one thing wrong: parameters given to a step replace
 * the right ones, and `undefined` leaves one out.
 */
export function createDrillProgram({ addresses, secrets, clock, fetch: send }: DrillTools) {
  /** Begins a flow: makes both halves of the tally and the state, and the address to send the browser to. */
  function begin(changes: Parameters = {}) {
    const verifier = randomBytes(32).toString('base64url')
    const state = randomBytes(16).toString('base64url')
    const query = toForm({
      response_type: 'code',
      client_id: drillClientIds.app,
      redirect_uri: drillCallback,
      scope: 'orders.read',
      state,
      code_challenge: hash('sha256', verifier, 'base64url'),
      code_challenge_method: 'S256',
      ...changes,
    })

    return { verifier, state, url: `${addresses.issuer}/authorize?${query.toString()}` }
  }

  /** The browser: goes to the address, signs in and allows where it is asked, and ends where it is sent. */
  async function visit(url: string): Promise<Page> {
    return allow(createWalker(drillCallback), url)
  }

  async function allow(walker: ReturnType<typeof createWalker>, url: string | Page): Promise<Page> {
    let page = typeof url === 'string' ? await walker.go(url) : url
    const { username, password } = secrets.account
    if (/action="[^"]*\/sign-in"/.test(page.body)) page = await walker.submit(page, '/sign-in', { username, password })
    if (/action="[^"]*\/consent"/.test(page.body)) page = await walker.submit(page, '/consent', { decision: 'allow' })

    return page
  }

  /** Signs in, allows, checks state and issuer as a client must, and hands over the code. */
  async function obtainCode() {
    const { verifier, state, url } = begin()
    const page = await visit(url)
    const { searchParams } = new URL(page.url)
    const code = searchParams.get('code')
    if (code === null || searchParams.get('state') !== state || searchParams.get('iss') !== addresses.issuer)
      throw new Error(`the drill got no code: ${page.url}`)

    return { code, verifier }
  }

  /** @param shift seconds that the server's clock is put forward or back, for this request alone */
  async function askToken(client: 'app' | 'job', parameters: Parameters, shift?: number): Promise<Answer> {
    const credentials = Buffer.from(`${drillClientIds[client]}:${secrets[client]}`).toString('base64')
    const response = await send(`${addresses.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, ...(shift !== undefined && clock.header(shift)) },
      body: toForm(parameters),
    })

    return read(response)
  }

  const redeem = (code: string, verifier: string, changes: Parameters = {}, shift?: number) =>
    askToken('app', { grant_type: 'authorization_code', code, code_verifier: verifier, ...changes }, shift)

  const refresh = (token: string) => askToken('app', { grant_type: 'refresh_token', refresh_token: token })

  const askJobToken = (changes: Parameters = {}, shift?: number) =>
    askToken('job', { grant_type: 'client_credentials', scope: 'orders.stats', ...changes }, shift)

  async function call(path: string, token: unknown): Promise<Answer> {
    return read(await send(addresses.api + path, { headers: { authorization: `Bearer ${textOf(token)}` } }))
  }

  return { begin, visit, allow, obtainCode, redeem, refresh, askJobToken, call }
}

export type DrillProgram = ReturnType<typeof createDrillProgram>

/** A member of an answer that has to be there for the drill to go on. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('the drill was refused before its mistake')

  return value
}

/** The public number of a refusal, wherever it stands. */
export const codeIn = (text: string) => /\bHF-[A-Z]+-\d{4}\b/.exec(text)?.[0]

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const challenge = response.headers.get('www-authenticate') ?? ''
  const body = parse(text)
  const error = body['error'] ?? /\berror="([^"]*)"/.exec(challenge)?.[1]

  return {
    status: response.status,
    code: response.ok ? undefined : codeIn(`${challenge} ${text}`),
    error: typeof error === 'string' ? error : undefined,
    requestId: response.headers.get('hufu-request-id') ?? undefined,
    body,
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

const toForm = (parameters: Parameters) =>
  new URLSearchParams(Object.entries(parameters).filter((each): each is [string, string] => each[1] !== undefined))
