import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { deviceGrant, television } from '../support/fleet-clients.ts'
import type { openApp } from '../support/fleet-clients.ts'
import { fleetIssuer, person, racer } from '../support/instances.ts'
import { has } from '../support/server.ts'
import type { UserAgent } from '../support/user-agent.ts'
import { createRingAgent } from './agent.ts'
import type { Ledger } from './ledger.ts'
import { getCode, post, redeem, refresh, revoke, tokensOf } from './ring.ts'
import type { Ring, RingClient } from './ring.ts'

/*
 * People and programs that go on with what they do until the server is gone, each of them another thing. What they were
 * told they write down, and nothing else: what was not answered may have happened or not.
 */

/** Somebody has to allow it first. */
export const foreignApp = (name: string) => ({
  ...racer,
  client_id: `foreign-${name}`,
  client_secret: 'foreign-secret-of-forty-characters-or-more',
  redirect_uris: ['https://foreign.example/cb'],
  hufu_first_party: false,
})

/** What a worker works with. */
export interface Work {
  readonly ring: Ring
  /** Which instance it goes to. */
  readonly turn: number
  readonly cookie: string
  readonly ledger: Ledger
  /** Clients that nobody has allowed yet. */
  readonly unknown: RingClient[]
  readonly told: ReturnType<typeof openApp>
}

export type Worker = (work: Work) => Promise<void>

const refreshes: Worker = async ({ ring, turn, cookie, ledger }) => {
  const code = await getCode(ring, turn, cookie)
  const first = await redeem(ring, turn, code)
  assert.equal(first.status, 200)
  ledger.usedCodes.push(code)
  ledger.accessTokens.push(tokensOf(first).access_token)
  // Unanswered: whether it rotated is unknown, and either is right; the old token is still good for a retry.
  const second = await refresh(ring, turn, tokensOf(first).refresh_token).catch((error: unknown) => {
    ledger.refreshTokens.push(tokensOf(first).refresh_token)
    throw error
  })
  assert.equal(second.status, 200)
  ledger.accessTokens.push(tokensOf(second).access_token)
  ledger.refreshTokens.push(tokensOf(second).refresh_token)
}

const revokes: Worker = async ({ ring, turn, cookie, ledger }) => {
  const { access_token, refresh_token } = tokensOf(await redeem(ring, turn, await getCode(ring, turn, cookie)))
  const { status } = await revoke(ring, turn, refresh_token)
  assert.equal(status, 200)
  ledger.revoked.push({ access: access_token, refresh: refresh_token })
}

const consents: Worker = async (work) => {
  const { ring, turn, cookie, ledger, unknown } = work
  const client = unknown.pop()
  if (client === undefined) return refreshes(work)
  const agent = browserWith(ring, turn, cookie)
  const page = await agent.open(authorizeUrl(client).url)
  const answered = await agent.submit(page, '/consent', { decision: 'allow' })
  assert.ok(answered.leavesFor?.includes('code='), `no code: ${answered.status}`)
  ledger.consents.push(client)
}

const registers: Worker = async (work) => {
  const { ring, turn, ledger } = work
  const answer = await ring.send(turn, {
    method: 'POST',
    path: '/register',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Newcomer', redirect_uris: ['https://newcomer.example/cb'] }),
  })
  // One caller makes itself known so often and no more.
  if (answer.status === 429) return refreshes(work)
  assert.equal(answer.status, 201, answer.text)
  const { registration_client_uri: uri, registration_access_token: token } = JSON.parse(answer.text) as {
    readonly registration_client_uri: string
    readonly registration_access_token: string
  }
  ledger.registrations.push({ uri, token })
}

const connects: Worker = async ({ ring, turn, cookie, ledger }) => {
  const begun = await post(ring, turn, '/device_authorization', {}, television)
  assert.equal(begun.status, 200, begun.text)
  const { device_code, user_code } = JSON.parse(begun.text) as { device_code: string; user_code: string }
  const agent = browserWith(ring, turn, cookie)
  const page = await agent.submit(await agent.open(`${fleetIssuer}/device`), '/device', { user_code })
  const answered = await agent.submit(page, '/consent', { decision: 'allow' })
  assert.equal(answered.status, 200)
  // Every other one asks only after the server was killed.
  if (ledger.connected.length <= ledger.usedDevices.length) return void ledger.connected.push(device_code)
  const answer = await post(ring, turn, '/token', { grant_type: deviceGrant, device_code }, television)
  assert.equal(answer.status, 200, answer.text)
  ledger.usedDevices.push(device_code)
  ledger.accessTokens.push(tokensOf(answer).access_token)
}

const signsOut: Worker = async ({ ring, turn, ledger, told }) => {
  const agent = createRingAgent(ring, turn)
  await agent.submit(await agent.open(`${fleetIssuer}/sign-in`), '/sign-in', person)
  const cookie = cookiesOf(agent)
  const { url, verifier } = authorizeUrl(told)
  const code = new URL((await agent.open(url)).leavesFor ?? '').searchParams.get('code') ?? ''
  const given = tokensOf(await redeem(ring, turn, { code, verifier }, told)) as ReturnType<typeof tokensOf> & {
    readonly id_token: string
  }
  const { sid } = JSON.parse(Buffer.from(given.id_token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }
  const page = await agent.open(`${fleetIssuer}/sign-out`)
  assert.ok(has(page, '/sign-out'))
  const after = await agent.submit(page, '/sign-out')
  assert.equal(after.status, 200)
  ledger.signedOut.push({ sid, access: given.access_token, refresh: given.refresh_token, cookie })
}

/** Most of the load is tokens, as it is anywhere. */
export const workers: readonly Worker[] = [
  refreshes,
  refreshes,
  refreshes,
  revokes,
  consents,
  registers,
  connects,
  signsOut,
]

/** Again and again, until the connection breaks or it is told to stop. What the server answers wrongly is thrown. */
export async function workOn(worker: Worker, work: Work, isOver: () => boolean): Promise<void> {
  try {
    while (!isOver()) await worker(work)
  } catch (error) {
    if (error instanceof Error && /ended without an answer/.test(error.message)) return
    throw error
  }
}

/** An authorization request, and what the client keeps of it. */
export function authorizeUrl(client: RingClient): { readonly url: string; readonly verifier: string } {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0]!,
    scope: client.scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })

  return { url: `${fleetIssuer}/authorize?${query}`, verifier }
}

/** A browser in which somebody is signed in already. */
export function browserWith(ring: Ring, turn: number, cookie: string): UserAgent {
  const agent = createRingAgent(ring, turn)
  for (const pair of cookie.split('; ')) {
    const middle = pair.indexOf('=')
    agent.cookies.set(pair.slice(0, middle), pair.slice(middle + 1))
  }

  return agent
}

const cookiesOf = ({ cookies }: UserAgent) => Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
