import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fromBase64Url, toBase64Url } from '../base/encoding.ts'
import { seededRandom } from '../testing/index.ts'
import { deriveKey, loadOrCreateSecret, SecretRefused, secretFile } from './secret.ts'

const isWindows = process.platform === 'win32'

test('the secret is made once, with 256 bits, for its owner alone', async (context) => {
  const folder = join(await aFolder(context), 'deep', 'data')

  const made = await loadOrCreateSecret(folder)
  const loaded = await loadOrCreateSecret(folder)

  assert.equal(loaded, made)
  assert.equal(fromBase64Url(made)?.length, 32)
  assert.deepEqual(await readdir(folder), ['secret.key'])
  if (!isWindows) assert.equal((await stat(secretFile(folder))).mode & 0o777, 0o600)
})

test('of many who make it at once all get the same, and no draft stays', async (context) => {
  const folder = await aFolder(context)

  const secrets = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateSecret(folder)))

  assert.equal(new Set(secrets).size, 1)
  assert.deepEqual(await readdir(folder), ['secret.key'])
})

test(
  '[AD-07] a secret that others can read is refused, with the command that mends it',
  { skip: isWindows },
  async (context) => {
    for (const mode of [0o640, 0o604, 0o620, 0o602]) {
      const folder = await aFolder(context)
      await loadOrCreateSecret(folder)
      await chmod(secretFile(folder), mode)

      await assert.rejects(loadOrCreateSecret(folder), (error: Error) => {
        assert.ok(error instanceof SecretRefused)
        assert.ok(error.message.includes(`chmod 600 ${secretFile(folder)}`))
        return true
      })
    }
  },
)

test('[AD-07] a secret that is short, empty, no base64url or no secret at all is refused and left alone', async (context) => {
  const short = toBase64Url(seededRandom(1)(31))
  const bad = ['', 'short', short, '!'.repeat(64), toBase64Url(new Uint8Array(32)), 'x'.repeat(5000)]
  for (const content of bad) {
    const folder = await aFolder(context)
    await writeFile(secretFile(folder), content, { mode: 0o600 })

    await assert.rejects(loadOrCreateSecret(folder), SecretRefused)
    assert.equal(await readFile(secretFile(folder), 'utf8'), content)
  }
})

test('an error never repeats the secret', async (context) => {
  const folder = await aFolder(context)
  const canary = toBase64Url(seededRandom(2)(31))
  await writeFile(secretFile(folder), canary, { mode: 0o600 })

  await assert.rejects(loadOrCreateSecret(folder), (error: Error) => !error.message.includes(canary))
})

test('each use has its own key, the same at every start', () => {
  const secret = seededRandom(3)(32)

  assert.equal(deriveKey(secret, 'forms').length, 32)
  assert.deepEqual(deriveKey(secret, 'forms'), deriveKey(secret, 'forms'))
  assert.notDeepEqual(deriveKey(secret, 'forms'), deriveKey(secret, 'refresh tokens'))
  assert.notDeepEqual(deriveKey(secret, 'forms'), deriveKey(seededRandom(4)(32), 'forms'))
})

async function aFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-secret-'))
  context.after(() => rm(folder, { recursive: true, force: true }))

  return folder
}
