import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hashSecret, parseCredential } from '../../protocol/credential.ts'
import type { RegistrationTokenId } from '../../ports/registration-store.ts'
import { openSqlite } from '../../store/sqlite/index.ts'
import { run } from '../program.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-token-'))
const store = openSqlite({ file: join(folder, 'hufu.db') })
after(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

async function make(...args: string[]) {
  let [out, err] = ['', '']
  const exit = await run(
    ['registration-token', ...args],
    {},
    { out: (text) => void (out += text), err: (text) => void (err += text) },
  )

  return { exit, out, err }
}

test('[RG-10] the command makes a token that the database knows by its hash, and tells it once', async () => {
  // req: DCR-3-01
  const made = await make('--data', folder, '--uses', '20', '--days', '7')
  const credential = parseCredential('initial_access_token', made.out.trim())
  const stored = await store.findRegistrationToken(credential?.id as RegistrationTokenId)

  assert.equal(made.exit, 0, made.err)
  assert.equal(stored?.usesLeft, 20)
  assert.equal(stored?.secretHash, hashSecret(credential!.secret))
  assert.ok(!made.err.includes('hia_'))
})

test('with --json it is one document; without options it is for one client', async () => {
  const { out } = await make('--data', folder, '--json')
  const { token, uses } = JSON.parse(out) as { token: string; uses: number }

  assert.equal(uses, 1)
  assert.notEqual(parseCredential('initial_access_token', token), undefined)
})

test('[UX-6.2] where there is no database, and for numbers that are none, nothing is made', async () => {
  assert.equal((await make('--data', join(folder, 'nowhere'))).exit, 3)
  for (const args of [
    ['--uses', '0'],
    ['--uses', 'x'],
    ['--days', '-1'],
    ['--days', '1.5'],
  ]) {
    const made = await make('--data', folder, ...args)
    assert.deepEqual([made.exit, made.out], [2, ''], args.join(' '))
    assert.match(made.err, new RegExp(`\`${args[0]}\` is a whole number from 1 on`))
  }
  assert.equal((await make('--data', folder, '--days', '400')).out, '')
})
