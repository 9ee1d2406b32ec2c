import { createHash, randomBytes, randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { asRacer, createHttpClient, form, racer, signIn, tokensOf } from '../support/child-server.ts'
import type { Answer, HttpClient } from '../support/child-server.ts'
import { billsApi, ordersApi } from '../support/fleet.ts'

/** What came of one request, as its client saw it. */
export type Outcome =
  /** What an honest request gets. */
  | 'good'
  /** 503 `temporarily_unavailable` with `Retry-After`: ask again. */
  | 'unavailable'
  /** The connection ended without an answer. */
  | 'cut'
  /** Anything else: it must never be. */
  | 'wrong'

export interface Entry {
  readonly outcome: Outcome
  /** When it was asked and how long the answer took, in milliseconds of `performance`. */
  readonly at: number
  readonly took: number
}

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
const pauseMs = 20
/** Milliseconds after which a client believes that a server does not come back. */
const patienceMs = 30_000
/** Milliseconds. */
const leaveMs = 1_000

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
  const entries: Entry[] = []
  const problems: string[] = []
  const [alive, revoked, redeemed] = [new Set<Tokens>(), [] as Tokens[], [] as Code[]]
  let turn = 0
  let running = true
  /** Until when a server is thought to be on its way out. */
  const leaving = new Map<HttpClient, number>()

  /** In turn; who told us to close the connection is left alone for a while, if there is another one. */
  function nextDoor(): HttpClient {
    const now = performance.now()
    const open = elsewhere ? doors.filter((door) => (leaving.get(door) ?? 0) < now) : doors

    return open[(turn += 1) % open.length] ?? doors[turn % doors.length]!
  }

  /** One request; `expected` are the answers of a server that is well. */
  async function ask(
    what: string,
    expected: readonly number[],
    send: (door: HttpClient) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const at = performance.now()
    const answer = await knock(send)
    const outcome = judge(answer, expected)
    entries.push({ outcome, at, took: performance.now() - at })
    if (outcome === 'wrong') problems.push(`${what}: ${answer!.status} ${answer!.text.slice(0, 300)}`)

    return outcome === 'good' ? answer : undefined
  }

  /** The answer of the next server, or of the first after it that listens; `undefined` where the connection ended. */
  async function knock(send: (door: HttpClient) => Promise<Answer>): Promise<Answer | undefined> {
    for (let left = elsewhere ? doors.length : 1; ; left -= 1) {
      const door = nextDoor()
      try {
        const answer = await send(door)
        if (answer.headers['connection'] === 'close') leaving.set(door, performance.now() + leaveMs)

        return answer
      } catch (error) {
        leaving.set(door, performance.now() + leaveMs)
        if (left === 1 || (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') return undefined
      }
    }
  }

  /** Asks again as an honest client does. */
  async function insist(
    what: string,
    expected: (unsureSince: number | undefined) => readonly number[],
    send: (door: HttpClient) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    let unsureSince: number | undefined
    for (;;) {
      const before = problems.length
      const answer = await ask(what, expected(unsureSince), send)
      if (answer !== undefined || problems.length > before || !running) return answer
      unsureSince ??= performance.now()
      if (performance.now() - unsureSince > patienceMs) {
        problems.push(`${what}: nothing but refusals for ${patienceMs / 1000} s`)

        return undefined
      }
      await pause(pauseMs)
    }
  }

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

function judge(answer: Answer | undefined, expected: readonly number[]): Outcome {
  if (answer === undefined) return 'cut'
  // A browser that came by way of a client is sent back to it (OAuth 2.1 section 4.1.2.1).
  if (URL.parse(String(answer.headers['location']))?.searchParams.get('error') === 'temporarily_unavailable')
    return 'unavailable'
  if (expected.includes(answer.status)) return 'good'

  return answer.status === 503 && answer.headers['retry-after'] !== undefined ? 'unavailable' : 'wrong'
}
