import { hash } from 'node:crypto'
import { chainOf, type ChainLink } from './chain.ts'
import { readJwtParts, type JwtParts } from './jwt-parts.ts'
import type { Message } from './message.ts'
import { answerOf, authorizationResponseOf, formOf, queryOf } from './message.ts'
import type { Flow } from './flow-book.ts'

/** The letters of the introductory texts (RFC 6749 figure 1). */
export const letters = ['A', 'B', 'C', 'D', 'E', 'F'] as const
export type Letter = (typeof letters)[number]

/** Which half of an exchange a step is: C is the request that D answers, E the one that F answers. */
export type Part = 'request' | 'response' | 'both'

export interface StepView {
  readonly letter: Letter
  /** The number of the same step in the figure of OAuth 2.1 section 1.2. */
  readonly figure: 1 | 2 | 3 | 4 | 5 | 6
  readonly part: Part
  readonly status: 'waiting' | 'running' | 'done' | 'refused' | 'not_applicable'
  /** Everything that belongs to this step, oldest first. */
  readonly messages: readonly Message[]
  /** The one that is shown unless another is asked for: the newest that settles the step. */
  readonly main: Message | undefined
}

/** The two halves of the tally: what stands on the table, and whether they are of one piece. */
export interface Tally {
  readonly challenge: string | undefined
  readonly method: string | undefined
  readonly verifier: string | undefined
  /** base64url(SHA-256(verifier)), computed here and now. */
  readonly computed: string | undefined
  readonly state: 'none' | 'challenge_only' | 'match' | 'mismatch'
}

/** A value that the client stored, beside the one that came back. */
export interface Comparison {
  readonly sent: string | undefined
  readonly returned: string | undefined
  readonly same: boolean
}

export interface TokenView {
  readonly accessToken: string
  /** `undefined` for an opaque token, which says nothing by itself. */
  readonly jwt: JwtParts | undefined
  readonly refreshToken: string | undefined
  readonly expiresIn: number | undefined
  readonly scope: string | undefined
}

export interface FlowView {
  readonly flow: Flow
  readonly clientId: string | undefined
  readonly steps: readonly StepView[]
  readonly tally: Tally
  readonly state: Comparison | undefined
  readonly issuer: Comparison | undefined
  readonly token: TokenView | undefined
  readonly chain: readonly ChainLink[]
  readonly revocations: readonly Message[]
  readonly introspections: readonly Message[]
}

/** Reads a flow as the steps A to F and what came after. Depends on its arguments alone. */
export function viewOf(flow: Flow, issuer: string): FlowView {
  const { messages } = flow
  const home = messages.findLast((each) => authorizationResponseOf(each) !== undefined)
  const response = home === undefined ? undefined : authorizationResponseOf(home)
  const request = messages.findLast(holdsRequest)
  const state = response && compare(request && valueOf(request, 'state'), response.get('state') ?? undefined)

  return {
    flow,
    clientId: messages.map(clientIdOf).find((each) => each !== undefined),
    steps: stepsOf(flow, state?.same ?? true),
    tally: tallyOf(messages),
    state,
    issuer: response && compare(issuer, response.get('iss') ?? undefined),
    token: tokenOf(messages),
    chain: chainOf(messages),
    revocations: messages.filter((each) => each.kind === 'revoke'),
    introspections: messages.filter((each) => each.kind === 'introspect'),
  }
}

/** What is shown before anything has happened. */
export const emptySteps = (kind: Flow['kind']): readonly StepView[] => stepsOf({ kind, messages: [] }, true)

/** The step a message is shown under; `undefined` for what comes after F. */
export function letterOf(message: Message): Letter | undefined {
  if (['authorize', 'push', 'device'].includes(message.kind)) return 'A'
  if (['sign_in', 'consent', 'page', 'callback'].includes(message.kind)) return 'B'
  if (isExchange(message)) return 'C'

  return message.kind === 'call' ? 'E' : undefined
}

function stepsOf({ kind, messages }: Pick<Flow, 'kind' | 'messages'>, isStateRight: boolean): readonly StepView[] {
  const authorize = messages.filter((each) => letterOf(each) === 'A')
  const granting = messages.filter(
    (each) => letterOf(each) === 'B' || (each.kind === 'authorize' && authorizationResponseOf(each) !== undefined),
  )
  const exchanges = messages.filter(isExchange)
  const calls = messages.filter((each) => each.kind === 'call')
  // Of several calls the first is the one people wait for, unless one was refused.
  const call = calls.findLast((each) => answerStatus(each) === 'refused') ?? calls[0]
  const home = granting.findLast((each) => authorizationResponseOf(each) !== undefined)
  const isMachine = kind === 'machine'

  return [
    {
      letter: 'A',
      figure: 1,
      part: 'request',
      messages: authorize,
      main: authorize.at(-1),
      status: isMachine ? 'not_applicable' : requestStatus(authorize.at(-1)),
    },
    {
      letter: 'B',
      figure: 2,
      part: 'both',
      messages: granting,
      main: home ?? granting.at(-1),
      status: isMachine ? 'not_applicable' : grantStatus(granting, home, isStateRight),
    },
    {
      letter: 'C',
      figure: 3,
      part: 'request',
      messages: exchanges,
      main: exchanges.at(-1),
      status: exchanges.length === 0 ? 'waiting' : 'done',
    },
    {
      letter: 'D',
      figure: 4,
      part: 'response',
      messages: exchanges,
      main: exchanges.at(-1),
      status: answerStatus(exchanges.at(-1)),
    },
    {
      letter: 'E',
      figure: 5,
      part: 'request',
      messages: calls,
      main: call,
      status: calls.length === 0 ? 'waiting' : 'done',
    },
    {
      letter: 'F',
      figure: 6,
      part: 'response',
      messages: calls,
      main: call,
      status: answerStatus(call),
    },
  ]
}

/** Where the parameters of the authorization request are: in the address, or in what was pushed before. */
const holdsRequest = (message: Message) =>
  message.kind === 'push' || (message.kind === 'authorize' && !queryOf(message).has('request_uri'))

/** Refreshing is drawn as a chain of its own, so it is not the exchange of step C. */
const isExchange = (message: Message) => ['token_code', 'token_client', 'token_other'].includes(message.kind)

function requestStatus(message: Message | undefined): StepView['status'] {
  if (message === undefined) return 'waiting'

  return (message.response?.status ?? 0) >= 400 ? 'refused' : 'done'
}

function grantStatus(
  granting: readonly Message[],
  home: Message | undefined,
  isStateRight: boolean,
): StepView['status'] {
  if (home !== undefined)
    return isStateRight && authorizationResponseOf(home)?.has('code') === true ? 'done' : 'refused'

  return granting.length === 0 ? 'waiting' : 'running'
}

function answerStatus(message: Message | undefined): StepView['status'] {
  if (message === undefined) return 'waiting'
  if (message.response === undefined && message.decision === undefined) return 'running'
  const isRefused = (message.response?.status ?? 200) >= 400 || message.decision?.refusal !== undefined

  return isRefused ? 'refused' : 'done'
}

function tallyOf(messages: readonly Message[]): Tally {
  const exchange = messages.findLast((each) => each.kind === 'token_code')
  const request = messages.findLast((each) => holdsRequest(each) && (exchange === undefined || each.at <= exchange.at))
  const challenge = request && valueOf(request, 'code_challenge')
  const method = request && valueOf(request, 'code_challenge_method')
  const verifier = (exchange && formOf(exchange).get('code_verifier')) ?? undefined
  const computed = verifier === undefined ? undefined : hash('sha256', verifier, 'base64url')
  const state =
    computed !== undefined
      ? computed === challenge
        ? 'match'
        : 'mismatch'
      : challenge === undefined
        ? 'none'
        : 'challenge_only'

  return { challenge, method, verifier, computed, state }
}

function tokenOf(messages: readonly Message[]): TokenView | undefined {
  const answers = messages.filter((each) => each.kind.startsWith('token_')).map(answerOf)
  const answer = answers.findLast((each) => typeof each['access_token'] === 'string')
  if (answer === undefined) return undefined
  const accessToken = answer['access_token'] as string

  return {
    accessToken,
    jwt: readJwtParts(accessToken),
    refreshToken: textOf(answer['refresh_token']),
    expiresIn: typeof answer['expires_in'] === 'number' ? answer['expires_in'] : undefined,
    scope: textOf(answer['scope']),
  }
}

/** Whose message it is, as it says itself: a parameter, the name in Basic, or who an assertion speaks of. */
export function clientIdOf(message: Message): string | undefined {
  const named = valueOf(message, 'client_id')
  if (named !== undefined) return named
  if (message.to !== 'server') return undefined
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(message.request.headers['authorization'] ?? '')?.[1]
  if (basic !== undefined) {
    const name = Buffer.from(basic, 'base64').toString('utf8').split(':', 1)[0] ?? ''
    return new URLSearchParams(`name=${name}`).get('name') ?? undefined
  }
  const assertion = formOf(message).get('client_assertion')

  return assertion === null ? undefined : textOf(readJwtParts(assertion)?.claims['sub'])
}

const valueOf = (message: Message, name: string) => queryOf(message).get(name) ?? formOf(message).get(name) ?? undefined

const compare = (sent: string | undefined, returned: string | undefined): Comparison => ({
  sent,
  returned,
  same: sent === returned,
})

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
