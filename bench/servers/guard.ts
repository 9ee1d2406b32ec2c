/**
 * The guard in its own process: what one decision about a JWT costs, and beside it what the signature alone costs
 * (`bare`) and what `jose` takes for the same checks.
 */
import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createGuard } from 'hufu/guard'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { jwtResource, scope } from '../world.ts'
import { serve, usage } from './child.ts'
import type { Question } from './child.ts'

type GuardQuestion = Extract<Question, { ask: 'guard' }>

/** Throws unless the token is good. */
type Check = (token: string) => Promise<void>

async function checkers(issuer: string): Promise<Readonly<Record<string, Check>>> {
  const keys = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as JSONWebKeySet
  const byKid = new Map(keys.keys.map((key) => [key.kid, createPublicKey({ key: { ...key }, format: 'jwk' })]))
  let key: KeyObject | undefined
  const set = createLocalJWKSet(keys)
  const guard = createGuard({ issuer, resource: jwtResource })

  return {
    hufu: async (token) => {
      const header = (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined)
      const admission = await guard.admit({ method: 'GET', url: '/orders', header }, { scope: [scope] })
      if (!admission.ok) throw new Error(`the guard refused: ${JSON.stringify(admission.response)}`)
    },
    jose: async (token) => {
      await jwtVerify(token, set, { issuer, audience: jwtResource, typ: 'at+jwt', algorithms: ['ES256'] })
    },
    bare: async (token) => {
      // All of a run are from the same key, so only the first is asked which.
      key ??= byKid.get(kidOf(token))!
      const end = token.lastIndexOf('.')
      const signature = Buffer.from(token.slice(end + 1), 'base64url')
      if (!verify('sha256', Buffer.from(token.slice(0, end)), { key, dsaEncoding: 'ieee-p1363' }, signature))
        throw new Error('a signature is wrong')
    },
  }
}

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid

const known = new Map<string, Awaited<ReturnType<typeof checkers>>>()

async function measure({ issuer, tokens, by }: GuardQuestion): Promise<{ readonly cpu: number }> {
  const checks = known.get(issuer) ?? (await checkers(issuer))
  known.set(issuer, checks)
  const check = checks[by]!
  const before = usage().cpu
  for (const token of tokens) await check(token)

  return { cpu: usage().cpu - before }
}

serve(
  { port: 0 },
  async () => {},
  (question) => measure(question as GuardQuestion),
)
