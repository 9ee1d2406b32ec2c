import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as cast from '../../support/fixtures.ts'
import { proofOf, startServer } from '../../support/server.ts'
import type { AuthorizationRequest, TestServer, Tokens } from '../../support/server.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * One grant from its code to its end, against a model that is a dozen lines: what the requirements say of codes,
 * rotation, retry, reuse and revocation, and nothing of how it is done.
 */

type Step =
  | { readonly kind: 'redeem'; readonly verifier: 'right' | 'wrong' }
  /** With the refresh token that is so many generations older than the newest. */
  | { readonly kind: 'refresh'; readonly age: number }
  | { readonly kind: 'revoke'; readonly what: 'refresh token' | 'access token'; readonly age: number }
  | { readonly kind: 'wait'; readonly milliseconds: number }

const retryWindow = 10_000
const codeLifetime = 60_000
const idle = 600_000
const accessLifetime = 60_000

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('redeem' as const),
      verifier: fc.constantFrom('right' as const, 'wrong' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('refresh' as const), age: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('revoke' as const),
      what: fc.constantFrom('refresh token' as const, 'access token' as const),
      age: fc.nat(2),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(1, 9_999, 10_000, 59_999, 60_000, 600_000),
    }),
  },
)

interface Issued {
  readonly token: string
  readonly until: number
  ended: boolean
}

/** What has to be true, by the requirements. */
function createModel(start: number) {
  let now = start
  let burned = false
  let redeemed = false
  let ended = false
  let generation = 0
  let rotatedAt = 0
  let usedAt = 0

  return {
    wait: (milliseconds: number) => (now += milliseconds),
    now: () => now,
    newest: () => generation,
    isEnded: () => ended,
    end: () => (ended = true),
    redeem(right: boolean): boolean {
      if (burned) return false
      if (redeemed) {
        if (right) ended = true
        return false
      }
      if (now >= start + codeLifetime) return false
      if (!right) {
        burned = true
        return false
      }
      redeemed = true
      generation = 1
      usedAt = now
      return true
    },
    /** @returns the generation that comes back */
    refresh(used: number): number | undefined {
      if (ended) return undefined
      const isRetry = used === generation - 1 && used >= 1 && now < rotatedAt + retryWindow
      if (used !== generation && !isRetry) {
        ended = true
        return undefined
      }
      if (now >= usedAt + idle) return undefined
      if (isRetry) return generation
      generation += 1
      rotatedAt = now
      usedAt = now
      return generation
    },
  }
}

test('[O21-4.3.1-05] code, refresh, retry, reuse and revocation in any order and at any time do what the model does', async (t) => {
  // req: CD-01, RT-01, RT-04, RT-05, PK-06, IN-04, REV-2.1-03, O21-4.1.3-04, R6, D1, D2, D3
  const as = await startServer()
  t.after(() => as.close())
  const metadata = {
    ...cast.c1,
    hufu_refresh_token_idle: idle / 1000,
    hufu_access_token_lifetime: accessLifetime / 1000,
  }
  assert.ok((await as.server.saveClient(metadata)).ok)

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) =>
      run(as, [{ kind: 'redeem', verifier: 'right' }, ...steps]),
    ),
    { numRuns: 60 },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => run(as, steps)),
    { numRuns: 40 },
  )
  assert.deepEqual(as.faults, [])
})

async function run(as: TestServer, steps: readonly Step[]): Promise<void> {
  const model = createModel(as.clock.now())
  const code: AuthorizationRequest & { code: string } = await as.code()
  /** By generation; the first is 1. */
  const refreshTokens: string[] = ['']
  const accessTokens: Issued[] = []

  const note = async (answer: Response, generation: number | undefined) => {
    assert.equal(answer.status, generation === undefined ? 400 : 200)
    const said = (await answer.json()) as Tokens & { error?: string }
    if (generation === undefined) return assert.equal(said.error, 'invalid_grant')
    const known = refreshTokens[generation]
    assert.ok(known === undefined || known === said.refresh_token, 'the same successor')
    refreshTokens[generation] = said.refresh_token ?? assert.fail('no refresh token')
    // A JWT tells time in whole seconds, rounded down.
    const until = Math.floor(model.now() / 1000) * 1000 + accessLifetime
    accessTokens.push({ token: said.access_token, until, ended: false })
  }

  for (const each of steps) {
    if (each.kind === 'wait') {
      model.wait(each.milliseconds)
      as.clock.set((as.clock.now() + each.milliseconds) as never)
    } else if (each.kind === 'redeem') {
      const right = each.verifier === 'right'
      const answer = await as.redeem(code, right ? {} : { code_verifier: 'a'.repeat(43) })
      await note(answer, model.redeem(right) ? 1 : undefined)
    } else if (each.kind === 'refresh') {
      const used = model.newest() - each.age
      if (used < 1) continue
      const answer = await as.token({ grant_type: 'refresh_token', refresh_token: refreshTokens[used] })
      await note(answer, model.refresh(used))
    } else {
      const issued = accessTokens.at(-1 - each.age)
      const token = each.what === 'access token' ? issued?.token : refreshTokens[model.newest() - each.age]
      if (token === undefined || token === '') continue
      const { headers } = proofOf(cast.c1)
      assert.equal((await as.send('/revoke', { method: 'POST', body: toForm({ token }), headers })).status, 200)
      if (each.what === 'access token') issued!.ended = true
      else model.end()
    }
    for (const { token, until, ended } of accessTokens) {
      const alive = !ended && !model.isEnded() && model.now() < until
      assert.equal((await as.introspect(token))['active'], alive)
    }
  }
}
