import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard, type Needs } from 'hufu/guard'
import * as oauth from 'oauth4webapi'
import { c1, m1, r1 } from '../support/fixtures.ts'
import type { TestServer, Tokens } from '../support/server.ts'
import { serverOf } from '../support/token-oracles.ts'
import type { Fields, UserAgent } from '../support/user-agent.ts'

/** Calls the API as a client of others does, whose library reads the challenge. */
async function call(as: TestServer, token: string, needs: Needs) {
  const guard = createGuard({
    resource: r1,
    issuer: as.issuer,
    now: as.clock.now,
    fetch: (url, init) => as.server.fetch(new Request(url as string, init)),
  })
  const answer = oauth.protectedResourceRequest(token, 'GET', new URL(`${r1}/orders`), undefined, undefined, {
    [oauth.customFetch]: async (url, init) => {
      const admission = await guard.admit(new Request(url, init as RequestInit), needs)
      return admission.ok
        ? Response.json({ subject: admission.caller.subject })
        : new Response(admission.response.body, admission.response)
    },
  })

  return answer.then(
    () => undefined,
    (error: unknown) => {
      assert.ok(error instanceof oauth.WWWAuthenticateChallengeError)
      return error.cause[0]?.parameters
    },
  )
}

/** What the challenge names, as it goes into a new authorization request (RFC 9470 section 4). */
const asked = (challenge: oauth.WWWAuthenticateChallenge['parameters'] | undefined): Fields => ({
  max_age: challenge?.['max_age'],
  acr_values: challenge?.['acr_values'],
  scope: challenge?.scope,
})

async function tokensIn(as: TestServer, browser: UserAgent, fields: Fields = {}): Promise<Tokens> {
  return as.tokens(fields, c1, browser)
}

test('[STEP-4-01] a client puts what the challenge names into a new request, the person signs in anew, and the call goes through', async (t) => {
  // req: STEP-3-01, STEP-5-01, STEP-6-01, RS-09
  const as = await serverOf(t)
  const browser = as.browser()
  const needs = { scope: ['orders.read'], maxAge: 300, acr: ['urn:hufu:acr:pwd'] }
  await tokensIn(as, browser)
  as.later(3600)
  const old = await tokensIn(as, browser)

  const challenge = await call(as, old.access_token, needs)
  assert.equal(challenge?.error, 'insufficient_user_authentication')
  assert.deepEqual(asked(challenge), { max_age: '300', acr_values: 'urn:hufu:acr:pwd', scope: 'orders.read' })

  const fresh = await tokensIn(as, browser, asked(challenge))
  assert.equal(await call(as, fresh.access_token, needs), undefined)
})

test('[STEP-4-02] a refreshed token is as old as its sign-in, so it does not get past a route that wants a young one', async (t) => {
  // req: STEP-3-01
  const as = await serverOf(t)
  const { refresh_token } = await tokensIn(as, as.browser(), { acr_values: 'urn:hufu:acr:pwd' })
  as.later(290)
  const refresh = async (token: string | undefined) =>
    (await (await as.token({ grant_type: 'refresh_token', refresh_token: token })).json()) as Tokens
  const young = await refresh(refresh_token)
  assert.equal(await call(as, young.access_token, { maxAge: 300, acr: ['urn:hufu:acr:pwd'] }), undefined)

  as.later(60)
  const late = await refresh(young.refresh_token)

  assert.equal((await call(as, late.access_token, { maxAge: 300 }))?.error, 'insufficient_user_authentication')
  assert.equal(await call(as, late.access_token, { acr: ['urn:hufu:acr:pwd'] }), undefined)
})

test('[STEP-6.1-01] a program’s own token says nothing of a sign-in, and meets no such need', async (t) => {
  const as = await serverOf(t)
  const answer = await as.token({ grant_type: 'client_credentials' }, m1)
  const { access_token } = (await answer.json()) as Tokens

  for (const needs of [{ maxAge: 86_400 }, { acr: ['urn:hufu:acr:pwd'] }])
    assert.equal((await call(as, access_token, needs))?.error, 'insufficient_user_authentication')
})
