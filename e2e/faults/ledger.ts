import { createHash, randomBytes, randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createAsking } from './asking.ts'
import type { Entry } from './asking.ts'
import { asRacer, createHttpClient, form, racer, signIn, tokensOf } from '../support/child-server.ts'
import type { Answer, HttpClient } from '../support/child-server.ts'
import { billsApi, ordersApi } from '../support/fleet.ts'

/**
 * Honest clients, and what they were told. What was acknowledged must still be so afterwards, whatever happened in
 * between; what was not answered may have happened or not.
 */
export interface Ledger {
  readonly entries: readonly Entry[]
  /** Answers that no honest client should get, and used credentials that worked twice. */
  readonly problems: readonly string[]
  /** Lets the clients work until it is called. */
  readonly start: () => () => Promise<void>
  /** Asks about everything again, and uses what is used up again; how much was asked about. */
  readonly check: () => Promise<number>
  readonly close: () => void
}

interface Tokens {
  readonly access: string
  readonly refresh: string
}

interface Code {
  readonly code: string
  readonly verifier: string
}

/** Milliseconds in which a refresh token may be sent again (requirements R6), less what a slow machine takes. */
const retryWindowMs = 9_000
export interface LedgerOptions {
  readonly clients?: number
  /** How long a client waits after each step, in milliseconds: the fewer, the more load. */
  readonly breathMs?: number
  /** Who is told to close its connection, or finds nobody listening, goes to another server. @default false */
  readonly elsewhere?: boolean
}

/** @param urls of all servers, each of which a client may meet at any time */
export async function openLedger(
  urls: readonly string[],
  { clients = 6, breathMs = 2, elsewhere = false }: LedgerOptions = {},
): Promise<Ledger> {
  const doors = urls.map((url) => createHttpClient(url, clients * 2))
  const cookie = await signIn(doors[0]!)
  const [alive, revoked, redeemed] = [new Set<Tokens>(), [] as Tokens[], [] as Code[]]
  let running = true
  const { entries, problems, ask, insist } = createAsking(doors, elsewhere, () => running)
  async function work(): Promise<void> {
    while (running) {
      const code = await askCode()
      if (code === undefined) return
      if (isOneIn(7)) await race(code)
      else await live(code)
      await pause(breathMs)
    }
  }

  async function askCode(): Promise<Code | undefined> {
    const verifier = randomBytes(32).toString('base64url')
    const [scope, resource] = isOneIn(2) ? ['orders.read', ordersApi] : ['bills.read', billsApi]
    const query = form({
      response_type: 'code',
      client_id: racer.client_id,
      scope,
      resource,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const answer = await insist(
      'authorize',
      () => [303],
      (door) => door.send('GET', `/authorize?${query}`, { cookie }),
    )
    if (answer === undefined) return undefined
    const code = new URL(String(answer.headers['location'])).searchParams.get('code')
    if (code === null) problems.push(`authorize: ${String(answer.headers['location'])}`)

    return code === null ? undefined : { code, verifier }
  }

  /** Both servers get the same code at once: what the winner got dies with the replay (attack row D1). */
  async function race(code: Code): Promise<void> {
    const answers = await Promise.all(doors.map(() => ask('race', [200, 400], (door) => redeem(door, code))))
    if (answers.filter((each) => each?.status === 200).length > 1) problems.push('a code was redeemed twice')
    // Where neither was answered it may be as it was.
    if (answers.some((each) => each !== undefined)) redeemed.push(code)
  }

  async function live(code: Code): Promise<void> {
    // Asked before and not answered: then it may have been redeemed, and a second time is refused.
    const orRefused = (unsure: number | undefined) => (unsure === undefined ? [200] : [200, 400])
    const first = await insist('redeem', orRefused, (door) => redeem(door, code))
    if (first === undefined || first.status !== 200) return
    redeemed.push(code)
    let tokens = read(first)
    alive.add(tokens)
    for (let count = 0; count < 3 && running; count += 1) {
      await pause(breathMs)
      const next = await rotate(tokens)
      if (next === undefined) return
      tokens = next
      await checkActive(tokens)
    }
    if (isOneIn(4)) await revoke(tokens)
  }

  async function rotate(tokens: Tokens): Promise<Tokens | undefined> {
    const inWindow = (unsure: number | undefined) =>
      unsure === undefined || performance.now() - unsure < retryWindowMs ? [200] : [200, 400]
    // Whether it is the newest is not known until it is answered; it may be sent again until then.
    const answer = await insist('refresh', inWindow, (door) => refresh(door, tokens.refresh))
    if (answer === undefined) return undefined
    alive.delete(tokens)
    if (answer.status !== 200) return undefined
    const next = read(answer)
    alive.add(next)
    if (isOneIn(10)) {
      const again = await ask('retry', [200], (door) => refresh(door, tokens.refresh))
      if (again !== undefined && read(again).refresh !== next.refresh) problems.push('two successors of one token')
    }

    return next
  }

  async function checkActive({ access }: Tokens): Promise<void> {
    const answer = await insist(
      'introspect',
      () => [200],
      (door) => introspect(door, access),
    )
    if (answer !== undefined && !isActive(answer)) problems.push('a token was not active that was just issued')
  }

  async function revoke(tokens: Tokens): Promise<void> {
    alive.delete(tokens)
    const answer = await insist(
      'revoke',
      () => [200],
      (door) => door.send('POST', '/revoke', asRacer, form({ token: tokens.refresh })),
    )
    if (answer !== undefined) revoked.push(tokens)
  }

  function start(): () => Promise<void> {
    running = true
    const working = Array.from({ length: clients }, work)

    return async () => {
      running = false
      await Promise.all(working)
    }
  }

  async function check(): Promise<number> {
    running = true
    const [living, dead, used] = [[...alive], [...revoked], [...redeemed]]
    await inTurn(living, async ({ access, refresh: token }) => {
      const asked = await insist(
        'introspect',
        () => [200],
        (door) => introspect(door, access),
      )
      if (asked !== undefined && !isActive(asked)) problems.push('an acknowledged access token is lost')
      await insist(
        'an acknowledged refresh token',
        () => [200],
        (door) => refresh(door, token),
      )
    })
    await inTurn(dead, async ({ access, refresh: token }) => {
      const asked = await insist(
        'introspect',
        () => [200],
        (door) => introspect(door, access),
      )
      if (asked !== undefined && isActive(asked)) problems.push('a revoked access token lives')
      await insist(
        'a revoked refresh token',
        () => [400],
        (door) => refresh(door, token),
      )
    })
    await inTurn(
      used,
      async (code) =>
        void (await insist(
          'a used code',
          () => [400],
          (door) => redeem(door, code),
        )),
    )
    alive.clear()
    revoked.length = redeemed.length = 0

    return living.length + dead.length + used.length
  }

  async function inTurn<Item>(items: readonly Item[], each: (item: Item) => Promise<void>): Promise<void> {
    const left = items.values()
    await Promise.all(
      Array.from({ length: clients }, async () => {
        for (const item of left) await each(item)
      }),
    )
  }

  return { entries, problems, start, check, close: () => doors.forEach((door) => door.close()) }
}

const isOneIn = (count: number) => randomInt(count) === 0

const redeem = (door: HttpClient, { code, verifier }: Code) =>
  door.send('POST', '/token', asRacer, form({ grant_type: 'authorization_code', code, code_verifier: verifier }))

const refresh = (door: HttpClient, token: string) =>
  door.send('POST', '/token', asRacer, form({ grant_type: 'refresh_token', refresh_token: token }))

const introspect = (door: HttpClient, token: string) => door.send('POST', '/introspect', asRacer, form({ token }))

const read = (answer: Answer): Tokens => {
  const { access_token: access, refresh_token: refreshToken } = tokensOf(answer)

  return { access, refresh: refreshToken }
}

const isActive = (answer: Answer) => (JSON.parse(answer.text) as { readonly active: boolean }).active
