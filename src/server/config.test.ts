import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { parseConfig, readConfig } from './config.ts'

const least = { issuer: 'https://auth.shop.cn' }

test('a configuration needs its issuer only: loopback, no proxy, no inspector', () => {
  const parsed = parseConfig(JSON.stringify(least), '/etc/hufu')

  assert.deepEqual(parsed, {
    ok: true,
    value: {
      issuer: 'https://auth.shop.cn',
      host: '127.0.0.1',
      port: 9110,
      behindTlsProxy: false,
      trustedProxies: [],
      data: resolve('/etc/hufu/.hufu/data'),
      database: undefined,
      seed: undefined,
      inspector: false,
      shutdownDelay: 5,
      limits: {},
      management: undefined,
      traces: { enabled: false, trustParent: false },
      settings: { resources: [], scopes: [] },
    },
  })
})

test('paths are meant from the folder of the file', () => {
  const parsed = parseConfig(JSON.stringify({ ...least, data: 'data', seed: '../seed.json' }), '/etc/hufu')

  assert.deepEqual(
    [parsed.ok && parsed.value.data, parsed.ok && parsed.value.seed],
    [resolve('/etc/hufu/data'), resolve('/etc/seed.json')],
  )
})

test('a configuration says by one word what a server is for, and what is on and where besides', () => {
  const settings = {
    signingAlgorithm: 'EdDSA',
    profile: 'fapi2',
    features: { deviceGrant: true },
    registration: { scopes: [], maxClients: 5, deniedHosts: ['evil.example'] },
    paths: { token: '/oauth/token' },
  } as const
  const parsed = parseConfig(JSON.stringify({ ...least, ...settings }), '/')

  assert.deepEqual(parsed.ok && parsed.value.settings, { ...settings, resources: [], scopes: [] })
})

test('a fault in a configuration is told with its place, and what was probably meant', () => {
  const faults = [
    [{}, 'issuer: is missing'],
    [{ issuer: 1 }, 'issuer: must be a text'],
    [{ ...least, isuer: 'x' }, 'isuer: nobody knows this member; did you mean issuer?'],
    [{ ...least, listen: { prot: 1 } }, 'listen.prot: nobody knows this member; did you mean port?'],
    [{ ...least, port: 9110 }, 'port: nobody knows this member; did you mean listen.port?'],
    [{ ...least, dpop: 'on' }, 'dpop: nobody knows this member; did you mean features.dpop?'],
    [
      { ...least, resources: [{ resource: 'https://x', scops: [] }] },
      'resources[0].scops: nobody knows this member; did you mean scopes?',
    ],
    [{ ...least, quite: 'new' }, 'quite: nobody knows this member'],
    [{ ...least, listen: { port: 65536 } }, 'listen.port: must be 0 to 65535'],
    [{ ...least, listen: { port: 80.5 } }, 'listen.port: must be a whole number'],
    [{ ...least, behindTlsProxy: 'yes' }, 'behindTlsProxy: must be true or false'],
    [{ ...least, trustedProxies: '*' }, 'trustedProxies: must be an array'],
    [{ ...least, database: 'mysql://hufu:secret@db/hufu' }, 'database: must begin with postgres://'],
    [{ ...least, scopes: [{ name: 'a' }] }, 'scopes[0].title: is missing'],
    [{ ...least, shutdownDelay: 61 }, 'shutdownDelay: must be 0 to 60'],
    [{ ...least, inspector: true }, 'inspector: must be an object'],
    [[], 'must be an object'],
    [null, 'must be an object'],
  ] as const

  for (const [raw, error] of faults)
    assert.deepEqual(parseConfig(JSON.stringify(raw), '/'), { ok: false, error }, JSON.stringify(raw))
})

test('a configuration that is not there is an error, not a fault', async () => {
  assert.deepEqual(await readConfig('/nowhere/hufu.config.json'), {
    ok: false,
    error: '/nowhere/hufu.config.json: cannot be read (ENOENT)',
  })
})
