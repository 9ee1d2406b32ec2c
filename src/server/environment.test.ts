import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { configVariables, readConfig } from './config.ts'
import { findMisspelt } from './environment.ts'

const issuer = { HUFU_ISSUER: 'https://auth.shop.cn' }

test('every member of the configuration has a name in the environment, and all names differ', () => {
  const names = configVariables.map(({ name }) => name)

  assert.equal(new Set(names).size, names.length)
  for (const name of ['HUFU_LISTEN__PORT', 'HUFU_BEHIND_TLS_PROXY', 'HUFU_FEATURES__DEVICE_GRANT', 'HUFU_DATABASE'])
    assert.ok(names.includes(name), name)
})

test('a server can be configured by the environment alone', async () => {
  const read = await readConfig(undefined, {
    ...issuer,
    HUFU_LISTEN__HOST: '0.0.0.0',
    HUFU_LISTEN__PORT: '8080',
    HUFU_BEHIND_TLS_PROXY: 'true',
    HUFU_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16',
    HUFU_PRODUCT_NAME: '42',
    HUFU_RESOURCES: '[{"resource":"https://orders.example"}]',
    HUFU_FEATURES__DEVICE_GRANT: 'true',
    HUFU_SERVICE_HOST: 'made by others',
  })

  assert.ok(read.ok, JSON.stringify(read))
  const { host, port, behindTlsProxy, trustedProxies, settings } = read.value
  assert.deepEqual([host, port, behindTlsProxy], ['0.0.0.0', 8080, true])
  assert.deepEqual(trustedProxies, ['10.0.0.1', '10.1.0.0/16'])
  assert.equal(settings.productName, '42')
  assert.deepEqual(settings.features, { deviceGrant: true })
  assert.equal(settings.resources[0]?.resource, 'https://orders.example')
})

test('the environment goes before the file, member by member, and a secret may be in a file of its own', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-env-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  const [file, secret] = [join(folder, 'hufu.config.json'), join(folder, 'database')]
  await writeFile(file, JSON.stringify({ issuer: 'https://file.example', listen: { host: '::1', port: 1 } }))
  await writeFile(secret, 'postgres://hufu:canary@db/hufu\n')

  const read = await readConfig(file, { ...issuer, HUFU_LISTEN__PORT: '2', HUFU_DATABASE_FILE: secret })

  assert.ok(read.ok)
  const { host, port, database } = read.value
  assert.deepEqual([read.value.issuer, host, port], ['https://auth.shop.cn', '::1', 2])
  assert.equal(database, 'postgres://hufu:canary@db/hufu')
})

test('what the environment says wrong is told by the name of the variable, without its value', async () => {
  const errors = await Promise.all(
    [
      { ...issuer, HUFU_LISTEN__PORT: 'canary' },
      { ...issuer, HUFU_BEHIND_TLS_PROXY: 'canary' },
      { ...issuer, HUFU_RESOURCES: 'canary' },
      { ...issuer, HUFU_DATABASE: 'mysql://canary' },
      { ...issuer, HUFU_DATABASE: 'postgres://a', HUFU_DATABASE_FILE: '/b' },
      { ...issuer, HUFU_DATABASE_FILE: '/nowhere/canary' },
      {},
    ].map(async (env) => {
      const read = await readConfig(undefined, env)
      return read.ok ? '' : read.error
    }),
  )

  assert.deepEqual(errors, [
    'HUFU_LISTEN__PORT: must be a number',
    'HUFU_BEHIND_TLS_PROXY: must be true or false',
    'HUFU_RESOURCES: must be JSON',
    'environment: database: must begin with postgres://',
    'HUFU_DATABASE: said twice, also by HUFU_DATABASE_FILE',
    'HUFU_DATABASE_FILE: cannot be read',
    'environment: issuer: is missing',
  ])
})

test('a variable that is much like one that is read is found, and what others made is left alone', () => {
  const env = {
    HUFU_LISTEN_PORT: '1',
    HUFU_ISUER_FILE: 'x',
    HUFU_ISSUER: 'x',
    HUFU_SERVICE_HOST: 'x',
    HUFU_CONFIG: 'x',
  }

  assert.deepEqual(findMisspelt(env, configVariables), [
    ['HUFU_LISTEN_PORT', 'HUFU_LISTEN__PORT'],
    ['HUFU_ISUER_FILE', 'HUFU_ISSUER_FILE'],
  ])
})
