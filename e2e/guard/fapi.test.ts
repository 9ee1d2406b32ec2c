import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aProof, aProofKey, proofClaims, tokenHashOf } from 'hufu/testing'
import type { ProofKey } from 'hufu/testing'
import { createGuard } from 'hufu/guard'
import type { Needs } from 'hufu/guard'
import { startFapi } from '../support/fapi.ts'
import * as cast from '../support/fixtures.ts'
import { assertTokens } from '../support/token-oracles.ts'
import { toForm } from '../support/user-agent.ts'

test('[FAPI-5.3.4-01] an API takes a token from the header alone, with its key, alive, unrevoked, for itself and with the scope', async (t) => {
  const { as, key, code, redeem, signing } = await startFapi(t)
  const { clientId, clientSecret } = { clientId: cast.api1.client_id, clientSecret: cast.api1.client_secret }
  const url = 'https://orders.example/orders'
  const guard = createGuard({
    resource: cast.r1,
    issuer: as.issuer,
    now: as.clock.now,
    fetch: (input, init) => as.server.fetch(new Request(input as string, init)),
    introspection: { clientId, clientSecret },
    introspectionMaxAgeSeconds: 0,
    dpop: { baseUrl: 'https://orders.example' },
  })
  const admit = async (headers: Readonly<Record<string, string>>, needs: Needs = {}, target = '/orders') => {
    const admission = await guard.admit({ method: 'GET', url: target, header: (name) => headers[name] }, needs)

    return admission.ok ? admission.caller.clientId : admission.response.status
  }
  const shown = (token: string, by: ProofKey = key) => {
    const claims = { htm: 'GET', htu: url, ath: tokenHashOf(token) }

    return {
      authorization: `DPoP ${token}`,
      dpop: aProof(by, proofClaims(Math.floor(as.clock.now() / 1000), claims)),
    }
  }
  const { access_token } = await assertTokens(await redeem(await code({ scope: 'orders.read' })), 'DPoP')
  const needs = { scope: ['orders.read'] } as const

  assert.equal(await admit(shown(access_token), needs), 'fapi')
  assert.equal(await admit({ authorization: `Bearer ${access_token}` }, needs), 401)
  assert.equal(await admit({ authorization: `DPoP ${access_token}` }, needs), 401)
  assert.equal(await admit({}, needs, `/orders?access_token=${access_token}`), 401)
  assert.equal(await admit(shown(access_token, aProofKey()), needs), 401)
  assert.equal(await admit(shown(`${access_token.slice(0, -6)}AAAAAA`), needs), 401)
  assert.equal(await admit(shown(access_token), { scope: ['orders.write'] }), 403)

  await as.send('/revoke', { method: 'POST', body: toForm({ token: access_token, ...signing.prove() }) })
  assert.equal(await admit(shown(access_token), needs), 401)
  const next = await assertTokens(await redeem(await code({ scope: 'orders.read' })), 'DPoP')
  as.later(600)
  assert.equal(await admit(shown(next.access_token), needs), 401)
})
