import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asset, assetAddress, assetHeaders } from './assets.ts'

test('an asset is found under the address with its hash and under no other', () => {
  const address = assetAddress('hufu.css')

  assert.match(address, /^\/assets\/hufu\.[0-9a-f]{16}\.css$/)
  assert.equal(asset(address)?.contentType, 'text/css; charset=utf-8')
  for (const path of ['/assets/hufu.css', '/assets/', `${address}?x`, '/assets/../assets.ts', '/assets/__proto__'])
    assert.equal(asset(path), undefined)
})

test('an asset is kept for ever and can do nothing when it is opened by itself', () => {
  const headers = assetHeaders(asset(assetAddress('mark.svg'))!)

  assert.match(headers['cache-control']!, /immutable/)
  assert.match(headers['content-security-policy']!, /default-src 'none'.*sandbox/)
  assert.equal(headers['x-content-type-options'], 'nosniff')
})

test('the style sheet has logical properties only, and loads nothing', () => {
  const { body } = asset(assetAddress('hufu.css'))!

  assert.doesNotMatch(
    body,
    /(?:^|[\s;{])(?:margin|padding|border)-(?:left|right|top|bottom)|[\s;{](?:left|right|top|bottom|width|height|max-width|min-height)\s*:/,
  )
  assert.doesNotMatch(body, /url\(|@import|text-align:\s*(?:left|right)/)
})

test('the script writes no markup, so trusted types have nothing to refuse', () => {
  const { body } = asset(assetAddress('hufu.js'))!

  assert.doesNotMatch(body, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(/)
})
