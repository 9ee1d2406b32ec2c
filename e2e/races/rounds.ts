import { racer, strictRacer } from '../support/instances.ts'
import type { WireAnswer } from '../support/wire-client.ts'
import { getCode, isActive, redeem, refresh, revoke, tokensOf } from './ring.ts'
import type { Ring, RingClient } from './ring.ts'

/** So many want the same thing at once. */
export const usualCrowds = [2, 3, 5, 20, 200] as const

/** Requests of one crowd size that are under way, about. */
const inFlight = 200

/** Where a round runs, and with what. */
export interface Setting {
  readonly ring: Ring
  /** Of a browser in which somebody is signed in. */
  readonly cookie: string
  readonly crowd: number
  /** The first turn of the round. */
  readonly turn: number
  /** The answer of the one who won does not arrive. */
  readonly loses: boolean
}

export interface Round {
  readonly requests: number
  readonly successes: number
  /** What must not be; empty if all is well. */
  readonly problems: readonly string[]
}

export interface Figures {
  readonly crowd: number
  readonly rounds: number
  readonly requests: number
  readonly successes: number
  readonly failures: number
  /** The first few. */
  readonly problems: readonly string[]
}

/** Exactly one redemption of a code succeeds; the others are replays, which end what it made (attack decision D2). */
export async function raceCode({ ring, cookie, crowd, turn, loses }: Setting): Promise<Round> {
  const code = await getCode(ring, turn, cookie)

  const answers = await atOnce(crowd, (at) => redeem(ring, turn + at, code, racer, loses ? { loses: 200 } : {}))

  const problems = judgeOne(answers)
  problems.push(...(await judgeEnded(ring, turn, answers, racer)))
  const again = await redeem(ring, turn + 1, code)
  if (again.status !== 400) problems.push(`a code that was used answers ${again.status}`)

  return summed(answers, problems)
}

/** Exactly one successor, the same in every success, and it goes on: whoever retries within the window is not locked out. */
export async function raceRefresh({ ring, cookie, crowd, turn, loses }: Setting): Promise<Round> {
  const { refresh_token: token } = tokensOf(await redeem(ring, turn, await getCode(ring, turn, cookie)))
  let isFirst = loses

  const answers = await atOnce(crowd, async (at) => {
    const answer = await refresh(ring, turn + at, token, racer, isFirst ? { loses: 200 } : {})
    if (!answer.lost) return answer
    isFirst = false

    // What an honest client does whose answer did not come.
    return refresh(ring, turn + at + 1, token)
  })

  const problems = answers.filter(({ status }) => status !== 200).map(told)
  const won = answers.filter(({ status }) => status === 200).map(tokensOf)
  const successors = new Set(won.map(({ refresh_token }) => refresh_token))
  if (successors.size !== 1) problems.push(`${successors.size} successors`)
  if (successors.has(token)) problems.push('a refresh token succeeds itself')
  for (const { access_token } of won.slice(0, 1))
    if (!(await isActive(ring, turn + 1, access_token))) problems.push('an access token that was given is dead')
  for (const successor of successors) {
    const next = await refresh(ring, turn + 1, successor)
    if (next.status !== 200) problems.push(`the successor answers ${told(next)}`)
  }

  return summed(answers, problems)
}

/** Without a window for retries: exactly one success, and the others end the grant. */
export async function raceStrictRefresh({ ring, cookie, crowd, turn, loses }: Setting): Promise<Round> {
  const code = await getCode(ring, turn, cookie, strictRacer)
  const { refresh_token: token } = tokensOf(await redeem(ring, turn, code, strictRacer))

  const answers = await atOnce(crowd, (at) => refresh(ring, turn + at, token, strictRacer, loses ? { loses: 200 } : {}))

  return summed(answers, [...judgeOne(answers), ...(await judgeEnded(ring, turn, answers, strictRacer))])
}

/** Once the revocation is answered nothing of the grant works, whatever the refreshes beside it were told. */
export async function raceRevocation({ ring, cookie, crowd, turn }: Setting): Promise<Round> {
  const { refresh_token: token } = tokensOf(await redeem(ring, turn, await getCode(ring, turn, cookie)))

  const all = await atOnce(crowd, (at) =>
    at === turn % crowd ? revoke(ring, turn + 1, token) : refresh(ring, turn + at, token),
  )

  const revoked = all[turn % crowd]!
  const answers = all.filter((each) => each !== revoked)
  const problems = answers.filter((each) => each.status !== 200 && !isInvalidGrant(each)).map(told)
  if (revoked.status !== 200) problems.push(`the revocation answers ${told(revoked)}`)

  return summed(all, [...problems, ...(await judgeEnded(ring, turn, answers, racer))])
}

/**
 * Round after round, many of them under way at the same time. In a third of them the answer of the winner is lost
 * (attack catalogue, section 26).
 */
export async function runRounds(
  race: (setting: Setting) => Promise<Round>,
  { ring, cookie, crowd }: Pick<Setting, 'ring' | 'cookie' | 'crowd'>,
  count: number,
): Promise<Figures> {
  const done: Round[] = []
  let begun = 0
  async function work(): Promise<void> {
    while (begun < count) {
      const turn = begun++
      done.push(await race({ ring, cookie, crowd, turn, loses: turn % 3 === 2 }).catch(failed))
    }
  }
  await Promise.all(Array.from({ length: Math.max(4, Math.ceil(inFlight / crowd)) }, work))
  const sum = (of: (round: Round) => number) => done.reduce((total, each) => total + of(each), 0)

  return {
    crowd,
    rounds: done.length,
    requests: sum(({ requests }) => requests),
    successes: sum(({ successes }) => successes),
    failures: done.filter(({ problems }) => problems.length > 0).length,
    problems: done.flatMap(({ problems }) => problems).slice(0, 5),
  }
}

/** One line for all crowds of one race. */
export function lineOf(race: string, where: string, figures: readonly Figures[]): string {
  const sum = (of: (each: Figures) => number) => figures.reduce((total, each) => total + of(each), 0)
  const [rounds, requests] = [sum((each) => each.rounds), sum((each) => each.requests)]
  const [successes, failures] = [sum((each) => each.successes), sum((each) => each.failures)]

  return `${race}, ${where}, ${figures.map(({ crowd }) => crowd).join('/')} at once: ${rounds} rounds, ${requests} requests, ${successes} answered 200, ${failures} rounds failed`
}

const atOnce = (count: number, send: (at: number) => Promise<WireAnswer>) =>
  Promise.all(Array.from({ length: count }, (_, at) => send(at)))

function judgeOne(answers: readonly WireAnswer[]): string[] {
  const won = answers.filter(({ status }) => status === 200)
  const strange = answers.filter((each) => each.status !== 200 && !isInvalidGrant(each))

  return [...(won.length === 1 ? [] : [`${won.length} succeeded`]), ...strange.map(told)]
}

const isInvalidGrant = (answer: WireAnswer) => answer.status === 400 && tokensOf(answer).error === 'invalid_grant'

/** Of several who used one thing, all but one were replays: nothing that was given is alive. */
async function judgeEnded(
  ring: Ring,
  turn: number,
  answers: readonly WireAnswer[],
  client: RingClient,
): Promise<string[]> {
  const problems: string[] = []
  for (const answer of answers.filter(({ status }) => status === 200).slice(0, 2)) {
    const { access_token, refresh_token } = tokensOf(answer)
    if (await isActive(ring, turn + 1, access_token)) problems.push('an access token outlives the replay')
    const { status } = await refresh(ring, turn + 1, refresh_token, client)
    if (status !== 400) problems.push(`the refresh token answers ${status} after the replay`)
  }

  return problems
}

const summed = (answers: readonly WireAnswer[], problems: readonly string[]): Round => ({
  requests: answers.length,
  successes: answers.filter(({ status }) => status === 200).length,
  problems,
})

const told = ({ status, text }: WireAnswer) => `${status} ${text.slice(0, 120)}`

const failed = (error: unknown): Round => ({ requests: 0, successes: 0, problems: [String(error)] })
