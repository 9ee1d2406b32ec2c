import type { TestContext } from 'node:test'
import { aProofKey } from 'hufu/testing'
import { createSigningClient } from './assertion.ts'
import * as cast from './fixtures.ts'
import { proofFor, showing } from './proofs.ts'
import { push, pushed } from './push.ts'
import { responseOf } from './server.ts'
import type { TestServerOptions } from './server.ts'
import { serverOf } from './token-oracles.ts'
import type { Fields } from './user-agent.ts'

const registration = {
  client_id: 'fapi',
  redirect_uris: ['https://fapi.example/cb'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'orders.read orders.write',
  hufu_default_resource: cast.r1,
} as const

/** A server with the profile fapi2, and a client that does all it demands. */
export async function startFapi(t: TestContext, options: TestServerOptions = {}) {
  const as = await serverOf(t, { profile: 'fapi2', ...options })
  const signing = createSigningClient(registration.client_id, as.issuer, () => as.clock.now())
  const metadata = { ...signing.metadata, ...registration }
  const saved = await as.server.saveClient(metadata)
  if (!saved.ok) throw new Error(saved.error)
  const key = aProofKey()

  /** A fresh assertion, as every request needs. */
  const proof = (claims = {}) => ({ headers: {}, form: signing.prove(claims) })
  const token = (form: Fields, headers: Readonly<Record<string, string>> = showing(as, key)) =>
    as.send('/token', { method: 'POST', body: new URLSearchParams(toPairs({ ...form, ...signing.prove() })), headers })

  async function code(changes: Fields = {}) {
    const request = await pushed(as, changes, registration, proof())
    const page = await as.walk(as.browser(), request.url, { consent: { scope: cast.optionalScopes } })
    const response = responseOf(page)

    return { ...request, page, response, code: response.get('code') ?? '' }
  }

  const redeem = (given: Awaited<ReturnType<typeof code>>, headers?: Readonly<Record<string, string>>) =>
    token({ grant_type: 'authorization_code', code: given.code, code_verifier: given.verifier }, headers)

  return {
    as,
    client: registration,
    metadata,
    key,
    signing,
    proof,
    token,
    code,
    redeem,
    push: (changes: Fields = {}, by = proof()) => push(as, changes, registration, by),
    /** The header that shows the key at the push. */
    proofAtPush: () => ({ dpop: proofFor(as, key, {}, '/par') }),
  }
}

const toPairs = (form: Fields) =>
  Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
