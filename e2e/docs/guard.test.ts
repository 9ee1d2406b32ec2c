import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { aProof, aProofKey, proofClaims, tokenHashOf } from 'hufu/testing'
import { paymentsApi } from '../../examples/first-steps/payments-api.ts'
import { startIssuer } from '../guard/issuer.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = ['en', 'zh-CN'].map((language) => read(`docs/${language}/reference/guard.md`))

/** Names of the members of an interface, as they stand in its source. */
const membersOf = (file: string, name: string) => {
  const body = new RegExp(`export interface ${name} \\{\\n(.*?)^\\}`, 'ms').exec(read(`src/guard/${file}`))?.[1] ?? ''

  return Array.from(body.matchAll(/^ {2}readonly (\w+)\??:/gm), ([, member = '']) => member)
}

test('the page of the guard names every option, every need and all that a caller is', () => {
  const members = [
    ...membersOf('options.ts', 'GuardOptions'),
    ...membersOf('dpop-options.ts', 'DPoPOptions'),
    ...membersOf('needs.ts', 'Needs'),
    ...membersOf('caller.ts', 'Caller'),
  ]

  assert.ok(members.length > 35)
  for (const page of pages) {
    assert.deepEqual(
      members.filter((each) => !page.includes(`\`${each}\``)),
      [],
    )
    assert.ok(page.includes(`\`\`\`ts\n${read('examples/first-steps/payments-api.ts')}\`\`\``), 'the example as it is')
  }
})

test('[RAR-9-01] the API of that page takes a payment that was allowed, by who holds the key, and no other', async (t) => {
  // req: STEP-3-01, DPOP-7.2-01
  const issuer = await startIssuer()
  t.after(issuer.close)
  const key = aProofKey()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', paymentsApi(url, issuer.issuer))
  const now = Math.floor(Date.now() / 1000)
  const allowed = {
    aud: url,
    scope: 'payments',
    auth_time: now,
    cnf: { jkt: key.thumbprint },
    authorization_details: [{ type: 'payment', order: '4711' }],
  }
  const pay = async (order: string, changed: Readonly<Record<string, unknown>> = {}, scheme = 'DPoP') => {
    const token = issuer.issue({ ...allowed, ...changed })
    const htu = `${url}/payments/${order}`
    const dpop = aProof(key, proofClaims(now, { htu, ath: tokenHashOf(token) }))
    const answer = await fetch(htu, { method: 'POST', headers: { authorization: `${scheme} ${token}`, dpop } })
    const said = (await answer.json()) as { error?: string; paid?: string; by?: string }

    return said.error ?? `${said.by} paid ${said.paid}`
  }

  assert.equal(await pay('4711'), 'li.wei paid 4711')
  assert.equal(await pay('4712'), 'insufficient_scope')
  assert.equal(await pay('4711', { auth_time: now - 900 }), 'insufficient_user_authentication')
  assert.equal(await pay('4711', { cnf: undefined }, 'Bearer'), 'invalid_token')
  assert.equal(await pay('4711', {}, 'Bearer'), 'invalid_token')
})
