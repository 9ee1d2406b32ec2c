import { setTimeout as pause } from 'node:timers/promises'
import { deviceGrant, openApp, television } from '../support/fleet-clients.ts'
import { fleetIssuer, person, racer } from '../support/instances.ts'
import type { WireAnswer } from '../support/wire-client.ts'
import { createRingAgent } from './agent.ts'
import { isActive, post, redeem, refresh, tokensOf } from './ring.ts'
import type { Round, Setting } from './rounds.ts'
import { authorizeUrl, browserWith, foreignApp } from './workers.ts'

/*
 * Races between what a person does in a browser and what an app or device does meanwhile, at two instances.
 */

const { backchannel_logout_uri: _, ...signingIn } = openApp('')
const foreign = foreignApp('race')

/** Registered at the servers of these races. */
export const racingClients = [signingIn, foreign, television]

/** Nothing of a session is alive once signing out is answered, whether the app had its tokens before or not (CD-09). */
export async function raceSignOut({ ring, turn }: Setting): Promise<Round> {
  const agent = createRingAgent(ring, turn)
  await agent.submit(await agent.open(`${fleetIssuer}/sign-in`), '/sign-in', person)
  const { url, verifier } = authorizeUrl(signingIn)
  const code = new URL((await agent.open(url)).leavesFor ?? '').searchParams.get('code') ?? ''
  const page = await agent.open(`${fleetIssuer}/sign-out`)

  const [signedOut, answer] = await Promise.all([
    // A redemption takes longer: the one or the other shall be first.
    pause(turn % 16).then(() => agent.submit(page, '/sign-out')),
    redeem(ring, turn + 1, { code, verifier }, signingIn),
  ])

  const problems = signedOut.status === 200 ? [] : [`signing out answers ${signedOut.status}`]
  if (![200, 400].includes(answer.status)) problems.push(told(answer))
  if (answer.status === 200) {
    const { access_token, refresh_token } = tokensOf(answer)
    if (await isActive(ring, turn + 1, access_token)) problems.push('an access token outlives the session')
    const { status } = await refresh(ring, turn + 1, refresh_token, signingIn)
    if (status !== 400) problems.push(`a refresh token answers ${status} after the session`)
  }

  return { requests: 2, successes: answer.status === 200 ? 1 : 0, problems }
}

/** However often a device asks while somebody connects it, it gets its tokens once, and surely (DV-04). */
export async function raceDevice({ ring, turn, crowd, cookie }: Setting): Promise<Round> {
  const begun = await post(ring, turn, '/device_authorization', {}, television)
  const { device_code, user_code } = JSON.parse(begun.text) as { device_code: string; user_code: string }
  const agent = browserWith(ring, turn, cookie)
  const page = await agent.submit(await agent.open(`${fleetIssuer}/device`), '/device', { user_code })
  const poll = (at: number) => post(ring, at, '/token', { grant_type: deviceGrant, device_code }, television)

  const [allowed, ...answers] = await Promise.all([
    agent.submit(page, '/consent', { decision: 'allow' }),
    ...Array.from({ length: crowd }, (_each, at) => poll(turn + at)),
  ])

  const problems = allowed.status === 200 ? [] : [`allowing answers ${allowed.status}`]
  const waiting = ['authorization_pending', 'slow_down', 'invalid_grant']
  for (const answer of answers)
    if (answer.status !== 200 && !(answer.status === 400 && waiting.includes(tokensOf(answer).error ?? '')))
      problems.push(told(answer))
  const all = [...answers, await poll(turn + 1), await poll(turn)]
  const won = all.filter(({ status }) => status === 200)
  if (won.length !== 1) problems.push(`${won.length} got tokens`)
  for (const each of won)
    if (!(await isActive(ring, turn + 1, tokensOf(each).access_token)))
      problems.push('the token that was given is dead')

  return { requests: all.length, successes: won.length, problems }
}

/** However many browsers come with one pushed request, one code goes out (RQ-01). */
export async function racePushed({ ring, turn, crowd, cookie }: Setting): Promise<Round> {
  const { url } = authorizeUrl(racer)
  const parameters = Object.fromEntries(new URL(url).searchParams)
  const pushed = await post(ring, turn, '/par', parameters, racer)
  const { request_uri } = JSON.parse(pushed.text) as { request_uri: string }
  const path = `/authorize?${new URLSearchParams({ client_id: racer.client_id, request_uri }).toString()}`

  const answers = await Promise.all(
    Array.from({ length: crowd }, (_each, at) => ring.send(turn + at, { method: 'GET', path, headers: { cookie } })),
  )

  const codes = answers.filter((each) => each.header('location')[0]?.includes('code='))
  const problems = codes.length === 1 ? [] : [`${codes.length} codes`]
  problems.push(...answers.filter(({ status }) => status !== 303 && status !== 400 && status !== 200).map(told))

  return { requests: crowd, successes: codes.length, problems }
}

/** However often the answer to one question is sent, yes or no, one of them goes out (UI-13). */
export async function raceConsent({ ring, turn, crowd, cookie }: Setting): Promise<Round> {
  const agents = Array.from({ length: crowd }, (_each, at) => browserWith(ring, turn + at, cookie))
  const page = await agents[0]!.open(`${authorizeUrl(foreign).url}&prompt=consent`)

  // The form is bound to the browser, which is one and the same.
  for (const agent of agents) for (const [name, value] of agents[0]!.cookies) agent.cookies.set(name, value)
  const answers = await Promise.all(
    agents.map((agent, at) => agent.submit(page, '/consent', { decision: (turn + at) % 3 === 2 ? 'deny' : 'allow' })),
  )

  const left = answers.filter(({ leavesFor }) => leavesFor !== undefined)
  const problems = left.length === 1 ? [] : [`${left.length} answers went out`]
  problems.push(...answers.filter(({ status }) => status !== 200).map(({ status }) => `a page answers ${status}`))

  return { requests: crowd, successes: left.length, problems }
}

const told = ({ status, text }: WireAnswer) => `${status} ${text.slice(0, 120)}`
