import { strict as assert } from 'node:assert'
import { createHash, randomBytes, randomInt } from 'node:crypto'
import type { Lane, Step } from '../load/closed-loop.ts'
import { get, headerOf, post } from '../load/connection.ts'
import type { Answer } from '../load/connection.ts'
import { authorizeQuery } from '../targets.ts'
import type { Target } from '../targets.ts'
import { basic, client } from '../world.ts'
import { isJwt, runAll, tokenOf } from './work.ts'
import type { TokenAnswer, Work } from './work.ts'

/** A browser that is signed in gets a code without a page, and the client turns it into tokens: two requests. */
export const codeFlow: Work = {
  id: 'W2',
  title: 'authorize and code exchange, per request',
  isDoneBy: ({ authorize }) => authorize !== undefined,
  prepare: async (target, connections) => {
    const cookie = await target.cookie()

    return { lanes: Array.from({ length: connections }, () => askForCodes(target, cookie, () => true)) }
  },
}

/** Every connection has a refresh token of its own and uses each successor. */
export const rotation: Work = {
  id: 'W3',
  title: 'refresh with rotation',
  isDoneBy: ({ authorize }) => authorize !== undefined,
  prepare: async (target, connections) => {
    const tokens = await makeRefreshTokens(target, connections, connections)

    return { lanes: tokens.map((token) => refreshOn(target, token)) }
  },
}

/** As {@link rotation}, but each time another one of `tokens`, picked at random, takes its turn; its successor takes its place. */
export const rotationAmong = (tokens: string[]): Work => ({
  ...rotation,
  prepare: async (target, connections) => ({
    lanes: Array.from({ length: connections }, () => () => {
      const at = randomInt(tokens.length)
      const [token = ''] = tokens.splice(at, 1, tokens.at(-1) ?? '')
      tokens.pop()

      return refreshStep(target, token, (next) => tokens.push(next))
    }),
  }),
})

/** One flow for each. */
export async function makeRefreshTokens(
  target: Target,
  count: number,
  connections: number,
): Promise<readonly string[]> {
  const cookie = await target.cookie()
  const tokens: string[] = []
  const take = ({ refresh_token: token }: TokenAnswer) => tokens.push(token ?? '') < count
  await runAll(
    target,
    Array.from({ length: Math.min(count, connections) }, () => askForCodes(target, cookie, take)),
  )

  return tokens.slice(0, count)
}

/** Code, tokens, code, tokens … @param take false for one too many */
function askForCodes(target: Target, cookie: string, take: (given: TokenAnswer) => boolean): Lane {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  let code: string | undefined
  let flows = 0
  let done = false

  function authorize() {
    const state = `${verifier.slice(0, 8)}${flows++}`
    const path = `${target.places.authorize}?${authorizeQuery(state, challenge)}`

    return { request: get(path, { cookie }), check: (answer: Answer) => void (code = codeOf(answer, state)) }
  }

  function redeem(given: string) {
    code = undefined
    const form = {
      grant_type: 'authorization_code',
      code: given,
      code_verifier: verifier,
      redirect_uri: client.redirectUri,
    }

    return {
      request: post(target.places.token ?? '', form, { authorization: basic(client) }),
      check: (answer: Answer) => void (done = !take(pairOf(answer, target))),
    }
  }

  return () => (done ? undefined : code === undefined ? authorize() : redeem(code))
}

function refreshOn(target: Target, first: string): Lane {
  let current = first

  return () => refreshStep(target, current, (next) => (current = next))
}

const refreshStep = (target: Target, token: string, take: (next: string) => void): Step => ({
  request: post(
    target.places.token ?? '',
    { grant_type: 'refresh_token', refresh_token: token },
    { authorization: basic(client) },
  ),
  check: (answer) => {
    const { refresh_token: next = '' } = pairOf(answer, target)
    assert.notEqual(next, token)
    take(next)
  },
})

function codeOf(answer: Answer, state: string): string {
  assert.ok(answer.status === 303 || answer.status === 302, `${answer.status} ${answer.body.slice(0, 300)}`)
  const location = new URL(headerOf(answer, 'location') ?? '', client.redirectUri)
  assert.equal(location.origin + location.pathname, client.redirectUri)
  assert.equal(location.searchParams.get('state'), state)
  const code = location.searchParams.get('code')
  assert.ok(code !== null, location.href)

  return code
}

function pairOf(answer: Answer, target: Target): TokenAnswer {
  const pair = tokenOf(answer)
  assert.ok((pair.refresh_token ?? '').length > 20, answer.body)
  assert.equal(isJwt(pair.access_token), target.signs, pair.access_token)

  return pair
}
