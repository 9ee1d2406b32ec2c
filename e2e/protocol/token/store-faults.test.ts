import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breakable } from '../../support/breakable.ts'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { proofOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * A store that cannot answer, at any one of its calls: never a 200 for what did not happen, nothing half done, and
 * once it is back the same request goes on as if nothing had been.
 */

const post = (as: TestServer, path: string, client: TestClient, form: Record<string, string | undefined>) =>
  as.send(path, {
    method: 'POST',
    body: toForm({ ...proofOf(client).form, ...form }),
    headers: proofOf(client).headers,
  })

const bills = { scope: 'bills.read', resource: cast.r2 }

interface Operation {
  readonly name: string
  /** Prepares, and gives the request; it is sent again when the store is back. */
  readonly prepare: (as: TestServer) => Promise<() => Promise<Response>>
  /** What it is answered with when the store is well. */
  readonly well: number
}

const operations: readonly Operation[] = [
  {
    name: 'redeeming a code',
    well: 200,
    prepare: async (as) => {
      const code = await as.code(bills, cast.c2)
      return () => as.redeem(code)
    },
  },
  {
    name: 'refreshing',
    well: 200,
    prepare: async (as) => {
      const refresh_token = await as.rt(bills, cast.c2)
      return () => as.token({ grant_type: 'refresh_token', refresh_token }, cast.c2)
    },
  },
  {
    name: 'refreshing for an app in the page',
    well: 200,
    prepare: async (as) => {
      const refresh_token = await as.rt({}, cast.p1)
      return () => as.token({ grant_type: 'refresh_token', refresh_token }, cast.p1)
    },
  },
  {
    name: 'a job',
    well: 200,
    prepare: async (as) => () => as.token({ grant_type: 'client_credentials' }, cast.m1),
  },
  {
    name: 'burning a code',
    well: 400,
    prepare: async (as) => {
      const code = await as.code()
      return () => as.redeem(code, { code_verifier: 'a'.repeat(43) })
    },
  },
  {
    name: 'replaying a code',
    well: 400,
    prepare: async (as) => {
      const code = await as.code()
      await as.redeem(code)
      return () => as.redeem(code)
    },
  },
  {
    name: 'reusing a refresh token',
    well: 400,
    prepare: async (as) => {
      const refresh_token = await as.rt()
      await as.token({ grant_type: 'refresh_token', refresh_token })
      as.clock.advance(10 as never)
      return () => as.token({ grant_type: 'refresh_token', refresh_token })
    },
  },
  {
    name: 'a wrong secret',
    well: 401,
    prepare: async (as) => () => as.token({}, { ...cast.c1, client_secret: 'wrong' }),
  },
  {
    name: 'revoking a refresh token',
    well: 200,
    prepare: async (as) => {
      const token = await as.rt()
      return () => post(as, '/revoke', cast.c1, { token })
    },
  },
  {
    name: 'revoking an access token',
    well: 200,
    prepare: async (as) => {
      const token = await as.at()
      return () => post(as, '/revoke', cast.c1, { token })
    },
  },
  {
    name: 'revoking what is of another client',
    well: 400,
    prepare: async (as) => {
      const token = await as.at()
      return () => post(as, '/revoke', cast.c2, { token })
    },
  },
  {
    name: 'asking about a JWT',
    well: 200,
    prepare: async (as) => {
      const token = await as.at()
      return () => post(as, '/introspect', cast.api1, { token })
    },
  },
  {
    name: 'asking about an opaque token',
    well: 200,
    prepare: async (as) => {
      const token = await as.at(bills, cast.c2)
      return () => post(as, '/introspect', cast.api2, { token })
    },
  },
]

for (const { name, prepare, well } of operations) {
  test(`[IN-11] ${name} is answered 503 wherever the store fails, changes nothing then, and works when it is back`, async (t) => {
    // req: REV-2.2.1-01
    const store = await breakable(t)
    const rehearsal = await prepare(store.as)
    store.called()
    assert.equal((await rehearsal()).status, well)
    const calls = store.called()
    assert.ok(calls.length > 0)

    for (const call of calls) {
      const send = await prepare(store.as)
      store.as.writes.length = 0
      store.break(call)
      const answer = await send()
      store.break(undefined)

      assert.equal(answer.headers.get('retry-after'), '1', call)
      await assertRefused(answer, 503, 'temporarily_unavailable', call)
      const changed = store.as.writes.filter((each) => each !== call)
      assert.deepEqual(changed, [], `${call}: nothing else was written`)
      assert.equal((await send()).status, well, `${call}: again`)
    }
  })
}

test('[IN-11] a revocation that could not be written has ended nothing, and is not said to', async (t) => {
  const store = await breakable(t)
  const { access_token, refresh_token } = await store.as.tokens()

  for (const [method, token] of [
    ['revokeAuthorization', refresh_token],
    ['revokeAccessToken', access_token],
  ] as const) {
    store.break(method)
    await assertRefused(await post(store.as, '/revoke', cast.c1, { token }), 503, 'temporarily_unavailable')
    store.break(undefined)
    assert.equal((await store.as.introspect(access_token))['active'], true)
  }
  await assertTokens(await store.as.token({ grant_type: 'refresh_token', refresh_token }))
})

test('[IN-11] what fails otherwise is 500 server_error, tells nothing of the cause, and is in the log', async (t) => {
  const as = await startServer({
    wrapStore: (store) => ({
      ...store,
      commit: async () => {
        throw new Error('SELECT hufucanary_cause FROM codes')
      },
    }),
  })
  t.after(() => as.close())

  const answer = await as.token({ grant_type: 'client_credentials' }, cast.m1)

  const { error_description } = await assertRefused(answer, 500, 'server_error')
  assert.doesNotMatch(error_description, /canary|SELECT/)
  assert.equal(as.faults.length, 1)
})
