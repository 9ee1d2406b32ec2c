import assert from 'node:assert/strict'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { execute, startPostgres } from '../store/contract/real-postgres.ts'
import { aFolder, runHufu, startHufu } from '../testing/hufu-process.ts'

const words = ['start', '--config', 'hufu.config.json']

async function configured(context: TestContext, database: string, mode: number): Promise<string> {
  const config = { issuer: 'https://auth.shop.cn', listen: { port: 0 }, shutdownDelay: 0, data: 'data', database }
  const folder = await aFolder(context, { 'hufu.config.json': config })
  await chmod(join(folder, 'hufu.config.json'), mode)

  return folder
}

test('hufu start over PostgreSQL keeps everything there, and its secret in the folder', async (context) => {
  const postgres = await startPostgres()
  context.after(() => postgres.stop())
  const address = await postgres.createDatabase()
  const folder = await configured(context, address, 0o600)

  const server = await startHufu(context, words, folder)

  assert.equal(await server.stop('SIGTERM'), 0)
  assert.deepEqual(await readdir(join(folder, 'data')), ['secret.key', 'seen.json'])
  const [{ keys }] = (await execute(address, 'SELECT count(*)::int AS keys FROM signing_keys')) as [{ keys: number }]
  assert.ok(keys > 0)
})

test('a database that is not there is told before the port is open, without its password', async (context) => {
  const folder = await configured(context, 'postgres://hufu:canary@127.0.0.1:1/hufu', 0o600)

  const ran = await runHufu(words, folder)

  assert.match(ran.stderr, /HF-DB-0801/)
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary/)
})

test('the password of the database is for nobody but the server to read', async (context) => {
  const folder = await configured(context, 'postgres://hufu:canary@127.0.0.1:1/hufu', 0o644)

  const ran = await runHufu(words, folder)

  assert.match(ran.stderr, process.platform === 'win32' ? /HF-DB-0801/ : /HF-CONF-0704/)
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary/)
})

test('[RG-10] hufu dev and hufu registration-token work on the PostgreSQL database that HUFU_DATABASE names', async (context) => {
  const postgres = await startPostgres()
  context.after(() => postgres.stop())
  const address = await postgres.createDatabase()
  const folder = await aFolder(context, {})
  const env = { HUFU_DATABASE: address }

  const server = await startHufu(context, ['dev', '--port', '0', '--data', 'data'], folder, env)
  const made = await runHufu(['registration-token', '--uses', '3'], folder, env)

  assert.match(server.stdout(), /^ready http:\/\/127\.0\.0\.1:\d+\n$/)
  assert.match(made.stdout, /^hia_\S+\n$/)
  assert.equal(await server.stop('SIGTERM'), 0)
  assert.ok(!(await readdir(join(folder, 'data'))).includes('hufu.db'))
  assert.deepEqual(await execute(address, 'SELECT uses_left FROM registration_tokens'), [{ uses_left: 3 }])
})
