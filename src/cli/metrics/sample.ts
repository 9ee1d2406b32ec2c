import type { Counted } from '../../base/tally.ts'
import { metrics } from './catalogue.ts'
import type { MetricName } from './catalogue.ts'

/** A value of one metric, under the values of its labels in their order. */
export interface Sample {
  readonly metric: MetricName
  readonly labels: readonly string[]
  readonly value: number | Counted
}

export const sample = (metric: MetricName, value: number | Counted, ...labels: string[]): Sample => ({
  metric,
  labels,
  value,
})

/** Series of one metric at most; what comes beyond them is one more, `other`. */
export const maxSeries = 500

/** Things by the values of labels, so many at most: whoever calls cannot make the list grow without end. */
export function createSeries<Value>(make: () => Value) {
  const all = new Map<string, { readonly labels: readonly string[]; readonly value: Value }>()
  const find = (labels: readonly string[]): Value => {
    const key = labels.join(' ')
    const known = all.get(key)
    if (known !== undefined) return known.value
    if (all.size >= maxSeries && labels.some((each) => each !== 'other')) return find(labels.map(() => 'other'))
    const value = make()
    all.set(key, { labels, value })

    return value
  }

  return { find, list: () => [...all.values()] }
}

/** What `prom-client` writes out: a histogram is many values. */
export interface WrittenValue {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  readonly metricName?: string
}

export function written({ metric, labels, value }: Sample): readonly WrittenValue[] {
  const { name, labels: names } = metrics[metric]
  const named = Object.fromEntries(names.map((each, at) => [each, labels[at] ?? '']))
  if (typeof value === 'number') return [{ labels: named, value }]
  let below = 0
  const buckets = value.counts.map((count, at) => ({
    labels: { ...named, le: value.bounds[at] ?? '+Inf' },
    value: (below += count),
    metricName: `${name}_bucket`,
  }))

  return [
    ...buckets,
    { labels: named, value: value.sum, metricName: `${name}_sum` },
    { labels: named, value: below, metricName: `${name}_count` },
  ]
}
