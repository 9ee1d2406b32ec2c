import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aProofKey } from 'hufu/testing'
import type { ProofKey } from 'hufu/testing'
import * as cast from '../../support/fixtures.ts'
import { proofFor, showing } from '../../support/proofs.ts'
import { push, pushed } from '../../support/push.ts'
import { proofOf, responseOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, claimsOf, serverOf } from '../../support/token-oracles.ts'

const key = aProofKey()
const other = aProofKey()
const wish = { scope: 'orders.read' }

/** What C1 sends with a push in which it shows a key. */
const withKey = (as: TestServer, shown: ProofKey, changed = {}) => ({
  ...proofOf(cast.c1),
  headers: { ...proofOf(cast.c1).headers, dpop: proofFor(as, shown, changed, '/par') },
})

test('[DPOP-10.1-01] a key that is named, shown, or both, at the push is the one that the code is bound to', async (t) => {
  // req: FAPI-5.3.2.1-12
  const as = await serverOf(t)
  const ways = [
    () => pushed(as, { ...wish, dpop_jkt: key.thumbprint }),
    () => pushed(as, wish, cast.c1, withKey(as, key)),
    () => pushed(as, { ...wish, dpop_jkt: key.thumbprint }, cast.c1, withKey(as, key)),
  ]

  for (const way of ways) {
    const redeem = async (headers: Readonly<Record<string, string>>) => {
      const { url, verifier } = await way()
      const code = responseOf(await as.walk(as.browser(), url)).get('code') ?? ''

      return as.token({ grant_type: 'authorization_code', code, code_verifier: verifier }, cast.c1, headers)
    }

    const right = await assertTokens(await redeem(showing(as, key)), 'DPoP')
    await assertRefused(await redeem(showing(as, other)), 400, 'invalid_grant')
    await assertRefused(await redeem({}), 400, 'invalid_grant')
    assert.deepEqual(claimsOf(right.access_token)['cnf'], { jkt: key.thumbprint })
  }
})

test('[DPOP-10.1-01] a key that is named and another that is shown are refused at the push', async (t) => {
  const as = await serverOf(t)
  as.writes.length = 0

  await assertRefused(
    await push(as, { dpop_jkt: other.thumbprint }, cast.c1, withKey(as, key)),
    400,
    'invalid_dpop_proof',
  )
  assert.ok(!as.writes.includes('savePushedRequest'))
})

test('[DPOP-10.1-01] a proof at the push is for the push, fresh, and used once', async (t) => {
  const as = await serverOf(t)
  const proof = withKey(as, key)

  assert.equal((await push(as, wish, cast.c1, proof)).status, 201)
  await assertRefused(await push(as, wish, cast.c1, proof), 400, 'invalid_dpop_proof')
  for (const changed of [{ htu: `${as.issuer}/token` }, { htm: 'GET' }, { iat: 1 }])
    await assertRefused(await push(as, wish, cast.c1, withKey(as, key, changed)), 400, 'invalid_dpop_proof')
})
