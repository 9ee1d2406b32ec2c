import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { Registry, collectDefaultMetrics } from 'prom-client'
import { parse } from 'yaml'
import { metrics } from '../../src/cli/metrics/catalogue.ts'

const monitoring = join(import.meta.dirname, '../../deploy/monitoring')
const alerts = parse(readFileSync(join(monitoring, 'alerts.yaml'), 'utf8')) as Alerts
const dashboard = JSON.parse(readFileSync(join(monitoring, 'dashboard.json'), 'utf8')) as Dashboard
const rules = alerts.groups.flatMap((group) => group.rules)
const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const targets = panels.flatMap((panel) => panel.targets ?? [])
const expressions = [...rules, ...targets].map(({ expr }) => expr)
const promql = parser.configure({ strict: true })

test('every rule of the alerts has what Prometheus wants of one, and nothing it does not know', () => {
  assert.deepEqual(Object.keys(alerts), ['groups'])
  for (const group of alerts.groups) assert.deepEqual(Object.keys(group).toSorted(), ['name', 'rules'])
  for (const rule of rules) {
    const allowed = ['alert', 'annotations', 'expr', 'for', 'labels']
    assert.deepEqual(
      Object.keys(rule).filter((each) => !allowed.includes(each)),
      [],
    )
    assert.match(rule.alert, /^Hufu[A-Z][A-Za-z]+$/)
    assert.match(rule.for ?? '1m', /^\d+[smh]$/)
    assert.ok(['page', 'ticket'].includes(rule.labels.severity), rule.alert)
    assert.match(rule.annotations.summary, /^[A-Z].{20,}\.$|\?$/)
  }
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
})

test('the dashboard is of the form that Grafana imports: panels with a place, a source and a query', () => {
  assert.ok(dashboard.schemaVersion >= 39 && dashboard.uid === 'hufu')
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
  for (const { title, gridPos, targets: own = [], datasource } of panels) {
    assert.ok(title !== '' && gridPos.x + gridPos.w <= 24 && gridPos.h > 0, title)
    assert.ok(own.length > 0 && datasource?.uid === '${datasource}', title)
  }
})

test('each expression of them is PromQL', () => {
  assert.ok(expressions.length > 40)
  for (const each of expressions) assert.doesNotThrow(() => promql.parse(withoutVariables(each)), each)
  assert.throws(() => promql.parse('sum by (route (rate(hufu_requests_total[5m]))'))
})

test('each metric of them exists, and each label that is asked for belongs to it', () => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hufu_' })
  const known = new Map<string, readonly string[]>([
    ...registry.getMetricsAsArray().map(({ name }) => [name, []] as const),
    ...Object.values(metrics).map(({ name, labels }) => [name, labels] as const),
  ])
  for (const expression of expressions) {
    const named = [...expression.matchAll(/\b(hufu_\w+)(?:\{([^}]*)\})?/g)]
    assert.ok(named.length > 0, expression)
    for (const [, raw = '', matchers = ''] of named) {
      const name = known.has(raw) ? raw : raw.replace(/_(?:bucket|sum|count)$/, '')
      const labels = known.get(name) ?? assert.fail(`${raw} in ${expression}`)
      const asked = [...matchers.matchAll(/(\w+)\s*[=!]~?/g)].map(([, label = '']) => label)
      assert.deepEqual(
        asked.filter((each) => each !== 'instance' && !labels.includes(each)),
        [],
        expression,
      )
    }
  }
  const shown = expressions.join('\n')
  assert.deepEqual(
    Object.values(metrics)
      .map(({ name }) => name)
      .filter((name) => !shown.includes(name)),
    [],
  )
})

test('the how-to for operators explains each alert, in both languages', () => {
  for (const language of ['en', 'zh-CN']) {
    const page = readFileSync(join(import.meta.dirname, `../../docs/${language}/how-to/watch-hufu.md`), 'utf8')
    const explained = [...page.matchAll(/^\| `(Hufu\w+)` \|/gm)].map(([, name]) => name)

    assert.deepEqual(
      explained,
      rules.map(({ alert }) => alert),
    )
  }
})

/** Grafana puts a time and a choice there. */
const withoutVariables = (expression: string) =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*')

interface Alerts {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string }
}

interface Dashboard {
  readonly uid: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
}

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly { readonly expr: string }[]
}
