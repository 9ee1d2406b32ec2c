import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { defineGrant, refuseToken } from 'hufu'
import type { ResourceId, Subject } from 'hufu'
import { createGuard } from 'hufu/guard'
import * as cast from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'

/*
 * A company's own grant, written with the public names alone: a till shows the number printed on a receipt.
 */

const receiptGrant = 'https://shop.example/grants/receipt'

const till = { ...cast.m1, client_id: 'till' }

const receipt = defineGrant({
  type: receiptGrant,
  parse: (form) => ({ ok: true, value: form.get('receipt') }) as const,
  load: async () => undefined,
  decide: (number, _facts, { client, settings }) => {
    const resource = settings.resources.get(cast.r1 as ResourceId)
    if (number !== '4711' || resource === undefined) return refuseToken('code_unknown')

    return {
      ok: true,
      value: {
        from: undefined,
        clientId: client.id,
        subject: client.id as string as Subject,
        scope: client.scope,
        resource,
        lifetime: resource.accessTokenLifetime,
        authenticatedAt: undefined,
        refreshable: false,
      },
    }
  },
})

test('[O21-4.4-01] a grant of one’s own is chosen by an absolute URI, and answers in the same forms as ours', async (t) => {
  const as = await begin(t)
  const ask = (form: Record<string, string>) => as.token({ grant_type: receiptGrant, ...form }, till)

  const issued = await ask({ receipt: '4711' })
  const tokens = (await issued.json()) as Record<string, unknown>
  const refused = await ask({ receipt: '4712' })
  const refusal = (await refused.json()) as Record<string, unknown>
  const metadata = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as {
    grant_types_supported: string[]
  }

  assert.equal(issued.status, 200)
  assert.equal(issued.headers.get('cache-control'), 'no-store')
  assert.deepEqual(
    { ...tokens, access_token: '' },
    { access_token: '', token_type: 'Bearer', expires_in: 600, scope: 'jobs.run' },
  )
  assert.deepEqual([refused.status, refusal['error']], [400, 'invalid_grant'])
  assert.match(String(refusal['error_description']), /^HF-TOKEN-0201 /)
  assert.ok(metadata.grant_types_supported.includes(receiptGrant))

  const guard = createGuard({
    resource: cast.r1,
    issuer: as.issuer,
    now: as.clock.now,
    fetch: async (url, init) => as.server.fetch(new Request(url as string, init)),
  })
  const header = (name: string) => (name === 'authorization' ? `Bearer ${String(tokens['access_token'])}` : undefined)
  assert.equal((await guard.admit({ method: 'GET', url: '/', header }, { scope: ['jobs.run'] })).ok, true)
})

test('[O21-4.4-01] a grant of one’s own whose type is no absolute URI is refused at the start', async () => {
  await assert.rejects(
    startServer({ grants: [{ ...receipt, type: 'receipt' }] }),
    /grants: receipt is not an absolute URI/,
  )
  await assert.rejects(startServer({ grants: [{ ...receipt, type: 'refresh_token' }] }), /not an absolute URI/)
})

test('[O21-4.4-01] the grant is for who is registered for it, and is unknown where it was not added', async (t) => {
  const as = await begin(t)
  const plain = await startServer()
  t.after(plain.close)
  const form = { grant_type: receiptGrant, receipt: '4711' }

  const stranger = await as.token(form, cast.m1)
  const unknown = await plain.token(form, cast.m1)

  assert.deepEqual([stranger.status, await errorOf(stranger)], [400, 'unauthorized_client'])
  assert.deepEqual([unknown.status, await errorOf(unknown)], [400, 'unsupported_grant_type'])
})

async function begin(t: TestContext) {
  const as = await startServer({ grants: [receipt] })
  t.after(as.close)
  const saved = await as.server.saveClient({ ...till, grant_types: [receiptGrant] })
  assert.ok(saved.ok, saved.ok ? '' : saved.error)

  return as
}

const errorOf = async (answer: Response) => ((await answer.json()) as { error: string }).error
