import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshnessOf } from './freshness.ts'

const date = 'Wed, 25 Nov 2026 10:00:00 GMT'
const hourLater = 'Wed, 25 Nov 2026 11:00:00 GMT'

test('[CIMD-5.2-01] an answer may be kept as long as its sender says, less the age it came with', () => {
  assert.equal(freshnessOf({ 'cache-control': 'max-age=3600' }), 3600)
  assert.equal(freshnessOf({ 'cache-control': 'Public, MAX-AGE="60"' }), 60)
  assert.equal(freshnessOf({ 'cache-control': 'max-age=3600', age: '600' }), 3000)
  assert.equal(freshnessOf({ 'cache-control': 'max-age=60', age: '61' }), 0)
  assert.equal(freshnessOf({ 'cache-control': 'max-age=60', expires: hourLater, date }), 60)
  assert.equal(freshnessOf({ expires: hourLater, date }), 3600)
  assert.equal(freshnessOf({ expires: date, date: hourLater }), 0)
})

test('[CIMD-5.2-01] what is not to be kept, and what cannot be read, is not fresh at all', () => {
  for (const control of ['no-store', 'no-cache', 'private, No-Store, max-age=60', 'no-cache="set-cookie", max-age=60'])
    assert.equal(freshnessOf({ 'cache-control': control }), 0, control)
  for (const control of ['max-age=-1', 'max-age', 'max-age=x', 'max-age=60, max-age=3600', 'max-age=99999999999'])
    assert.equal(freshnessOf({ 'cache-control': control }), 0, control)
  assert.equal(freshnessOf({ 'cache-control': 'max-age=60', age: 'young' }), 0)
  assert.equal(freshnessOf({ expires: '0', date }), 0)
  assert.equal(freshnessOf({ expires: hourLater }), 0)
})

test('[CIMD-5.2-01] an answer that says nothing leaves it to the one who asked', () => {
  assert.equal(freshnessOf({}), undefined)
  assert.equal(freshnessOf({ 'cache-control': 'public, s-maxage=60', date }), undefined)
})
