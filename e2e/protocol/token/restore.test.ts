import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqlite } from 'hufu/sqlite'
import { assertRefused, serverOf } from '../../support/token-oracles.ts'
import { proofOf, startServer } from '../../support/server.ts'
import { toForm } from '../../support/user-agent.ts'
import * as cast from '../../support/fixtures.ts'

const launcher = join(import.meta.dirname, '../../../src/cli/hufu.js')

test('[RT-06] after a restore nothing lives that was given before it, whether it was used, revoked or neither', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'hufu-restore-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const hufu = (...args: string[]) =>
    execFileSync(process.execPath, [launcher, ...args, '--data', data], { encoding: 'utf8', stdio: 'pipe' })
  const secret = 'c2VjcmV0LW9mLXRoZS1zZXJ2ZXItMzItb2N0ZXRzLWxvbmc'
  const file = join(data, 'hufu.db')
  const before = await startServer({ secret, store: openSqlite({ file }) })
  const [kept, rotated, revoked] = [await before.tokens(), await before.tokens(), await before.tokens()]
  const [code, late] = [await before.code(), await before.code()]
  const backup = join(data, 'hufu.backup')

  hufu('db', 'backup', backup)
  const renewed = await before.token({ grant_type: 'refresh_token', refresh_token: rotated.refresh_token })
  assert.equal(renewed.status, 200)
  assert.equal((await before.redeem(code)).status, 200)
  const { headers, form } = proofOf(cast.c1)
  const body = toForm({ ...form, token: revoked.refresh_token })
  assert.equal((await before.send('/revoke', { method: 'POST', body, headers })).status, 200)
  await before.close()
  hufu('db', 'restore', backup, '--end', 'all', '--replace', '--yes')
  const after = await serverOf(t, { secret, store: openSqlite({ file }), clock: before.clock.now })

  for (const tokens of [kept, rotated, revoked]) {
    const answer = await after.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
    await assertRefused(answer, 400, 'invalid_grant')
    assert.deepEqual(await after.introspect(tokens.access_token), { active: false })
  }
  for (const each of [code, late]) await assertRefused(await after.redeem(each), 400, 'invalid_grant')
  assert.ok((await after.store.listAudit(undefined, 1000)).some(({ type }) => type === 'database_restored'))
})
