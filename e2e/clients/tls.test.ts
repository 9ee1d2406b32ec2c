import { connectNotes, createProvider } from 'example-mcp-notes/client'
import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createShop } from '../../examples/shop-analytics/shop.ts'
import { localhostCertificate } from '../../src/testing/localhost-certificate.ts'

const options = {
  issuer: 'https://id.example',
  clientId: 'shop-analytics',
  clientSecret: 'the-secret',
  redirectUri: 'https://analytics.example/callback',
  api: 'https://api.example',
  scope: 'orders.read',
  fetch,
  now: Date.now,
}

test('[PRM-7.3-01] an MCP client reads nothing from a resource whose certificate nobody vouches for', async (t) => {
  let requests = 0
  const server = createServer(localhostCertificate, (_request, response) => {
    requests += 1
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `https://localhost:${(server.address() as AddressInfo).port}/mcp`
  const openBrowser = () => assert.fail('a browser was opened')
  const provider = createProvider({ server: url, redirectUrl: 'http://127.0.0.1:45678/callback', openBrowser })

  await assert.rejects(connectNotes(url, provider, async () => assert.fail('somebody was waited for')))

  assert.equal(requests, 0)
})

test('[O21-7.1.3-02] the app sends no token to an API whose certificate nobody vouches for, nor in plain HTTP', async (t) => {
  let requests = 0
  const server = createServer(localhostCertificate, (_request, response) => {
    requests += 1
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const api = `https://localhost:${(server.address() as AddressInfo).port}`

  await assert.rejects(createShop({ ...options, api }).call('/orders', 'a-token'))

  assert.equal(requests, 0)
  assert.throws(() => createShop({ ...options, api: 'http://api.example' }), /is not https/)
  assert.ok(createShop({ ...options, api: 'http://127.0.0.1:9120' }))
})

test('[O21-1.5-01] the app begins no login at a server without https, unless it is on this machine', async () => {
  let asked = 0
  const begin = (issuer: string) =>
    createShop({
      ...options,
      issuer,
      fetch: async () => {
        asked += 1
        throw new TypeError('fetch failed')
      },
    }).begin('en')

  await assert.rejects(begin('http://id.example'))
  assert.equal(asked, 0)
  await assert.rejects(begin('http://127.0.0.1:9110'))
  assert.equal(asked, 1)
})
