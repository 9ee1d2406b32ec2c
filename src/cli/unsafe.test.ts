import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config } from '../server/config.ts'
import { emptySeed } from '../server/seed.ts'
import type { Seed } from '../server/seed.ts'
import { findUnsafe } from './unsafe.ts'

test('a sound configuration has nothing unsafe in it', async () => {
  assert.deepEqual(await codesOf({}), [])
  assert.deepEqual(await codesOf({ host: '::1' }), [])
  assert.deepEqual(await codesOf({ host: '127.0.0.2' }), [])
  assert.deepEqual(await codesOf({ host: '0.0.0.0', behindTlsProxy: true }), [])
})

test('an issuer without https, or written in another way than clients compare it, is refused', async () => {
  for (const issuer of [
    'http://auth.shop.cn',
    'http://127.0.0.1:9110',
    'https://auth.shop.cn/',
    'https://AUTH.shop.cn',
    'https://auth.shop.cn?x=1',
    'https://auth.shop.cn#x',
    'auth.shop.cn',
  ])
    assert.deepEqual(await codesOf({ issuer }), ['HF-CONF-0701'], issuer)
})

test('plain HTTP beyond this machine needs a declared proxy', async () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'auth.shop.cn', '127.0.0.1.shop.cn'])
    assert.deepEqual(await codesOf({ host }), ['HF-CONF-0702'], host)
})

test('[BCP-4.13-01] proxies are named one by one or by their net, never all the world', async () => {
  assert.deepEqual(await codesOf({ trustedProxies: ['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1'] }), [])
  for (const proxy of ['*', '0.0.0.0/0', '::/0', 'proxy.shop.cn', ''])
    assert.deepEqual(await codesOf({ trustedProxies: ['10.0.0.1', proxy] }), ['HF-CONF-0711'], proxy)
})

test('[AD-07] accounts of reserved domains are samples', async () => {
  const user = { username: 'li.wei', password: 'maple-harbor-42', name: 'Li Wei' }
  for (const address of ['li.wei@example.com', 'LI@EXAMPLE.ORG', 'a@mail.example.net', 'a@shop.example', 'a@x.test']) {
    assert.deepEqual(await codesOf({}, { users: [{ ...user, email: address }] }), ['HF-CONF-0705'], address)
    assert.deepEqual(await codesOf({}, { users: [{ ...user, username: address }] }), ['HF-CONF-0705'], address)
  }
  for (const address of ['li.wei@shop.cn', 'example.com@shop.cn', 'a@example.cn', 'a@myexample.com'])
    assert.deepEqual(await codesOf({}, { users: [{ ...user, email: address }] }), [], address)
})

test('the inspector has a door of its own, yet works at the root only', async () => {
  assert.deepEqual(await codesOf({ inspector: true }), [])
  assert.deepEqual(await codesOf({ issuer: 'https://auth.shop.cn/tenant' }), [])
  assert.deepEqual(await codesOf({ inspector: true, issuer: 'https://auth.shop.cn/tenant' }), ['HF-CONF-0711'])
})

test('a lifetime beyond a day is no setting', async () => {
  const resources = [{ resource: 'https://api.shop.cn', scopes: [], accessTokenLifetime: 86_401 }]
  assert.deepEqual(await codesOf({ settings: { resources, scopes: [] } }), ['HF-CONF-0711'])
})

const sound: Config = {
  issuer: 'https://auth.shop.cn',
  host: '127.0.0.1',
  port: 0,
  behindTlsProxy: false,
  trustedProxies: [],
  data: '/nowhere/data',
  database: undefined,
  seed: undefined,
  inspector: false,
  shutdownDelay: 0,
  limits: {},
  management: undefined,
  traces: { enabled: false, trustParent: false },
  settings: { resources: [], scopes: [] },
}

async function codesOf(config: Partial<Config>, seed: Partial<Seed> = {}) {
  return (await findUnsafe({ ...sound, ...config }, { ...emptySeed, ...seed })).map(({ code }) => code)
}
