import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTally } from '../../base/tally.ts'
import { createSeries, maxSeries, sample, written } from './sample.ts'

test('[LG-06] labels that keep changing end in one series, however many come', () => {
  const series = createSeries(() => ({ count: 0 }))
  for (let at = 0; at < maxSeries * 3; at += 1) series.find(['token_issued', 'done', '', `urn:${at}`]).count += 1

  const all = series.list()

  assert.equal(all.length, maxSeries + 1)
  assert.deepEqual(all.at(-1), { labels: ['other', 'other', 'other', 'other'], value: { count: maxSeries * 2 } })
})

test('a histogram is written with what is below each bound, its sum and its count', () => {
  const tally = createTally([1, 2])
  for (const value of [1, 1.5, 9]) tally.add(value)

  assert.deepEqual(
    written(sample('storeSeconds', tally.read(), 'commit')).map(({ metricName, labels, value }) => [
      metricName,
      labels['call'],
      labels['le'],
      value,
    ]),
    [
      ['hufu_store_seconds_bucket', 'commit', 1, 1],
      ['hufu_store_seconds_bucket', 'commit', 2, 2],
      ['hufu_store_seconds_bucket', 'commit', '+Inf', 3],
      ['hufu_store_seconds_sum', 'commit', undefined, 11.5],
      ['hufu_store_seconds_count', 'commit', undefined, 3],
    ],
  )
})
