import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from './config.ts'
import { parseSeed } from './seed.ts'
import { parseSettings } from './settings.ts'
import type { DetailFieldOptions, DetailTypeOptions } from './detail-types.ts'

const orders = { resource: 'https://orders.example', scopes: ['orders.read'] }
const bills = { resource: 'https://bills.example', scopes: [] }
const scopes = [{ name: 'orders.read', title: 'See your orders' }]
const title = 'Pay once'
const amount = { kind: 'amount', title: 'Amount', required: true } as const

function parse(types: readonly DetailTypeOptions[], resources = [orders]) {
  return parseSettings({ issuer: 'https://as.example', resources, scopes, authorizationDetailTypes: types })
}

const faultOf = (type: object, resources = [orders]) => {
  const parsed = parse([{ type: 'payment', title, fields: { amount }, ...type }], resources)

  return parsed.ok ? 'ok' : parsed.error
}

const fieldFault = (field: Partial<DetailFieldOptions>) => faultOf({ fields: { amount: { ...amount, ...field } } })

test('[RAR-5-01] a type has a title, fields and one API; it is a single act for people unless it says otherwise', () => {
  const parsed = parse([{ type: 'payment', title, fields: { amount, to: { kind: 'text', title: 'To' } } }])
  assert.ok(parsed.ok)
  const type = parsed.value.authorizationDetailTypes.get('payment')

  assert.deepEqual(
    [type?.resource, type?.transaction, type?.clientCredentials, [...(type?.fields.keys() ?? [])]],
    ['https://orders.example', true, false, ['amount', 'to']],
  )
  assert.deepEqual(type?.title, { en: title, 'zh-CN': title })
  assert.equal(faultOf({ resource: 'https://bills.example' }, [orders, bills]), 'ok')
})

test('[RAR-5-01] a type that could not be understood is refused at start, with its place', () => {
  assert.match(faultOf({ type: 'a b' }), /^authorizationDetailTypes: "a b" must be/)
  assert.match(faultOf({ resource: 'https://unknown.example' }), /must name a resource that is there/)
  assert.match(faultOf({}, [orders, bills]), /must name a resource/)
  assert.match(faultOf({ fields: { type: amount } }), /fields\.type: a name is/)
  assert.match(faultOf({ fields: { 'a-b': amount } }), /fields\.a-b: a name is/)
  assert.match(fieldFault({ kind: 'enum' }), /fields\.amount: values: are missing/)
  assert.match(fieldFault({ kind: 'enum', values: {} }), /values: 1 to 100/)
  for (const maxLength of [0, 501, 1.5]) assert.match(fieldFault({ kind: 'text', maxLength }), /maxLength: 1 to 500/)
  for (const maxItems of [0, 101]) assert.match(fieldFault({ kind: 'list', maxItems }), /maxItems: 1 to 100/)
  assert.match(fieldFault({ kind: 'number', least: 2, most: 1 }), /least, most/)
  const twice = parse([1, 2].map(() => ({ type: 'payment', title, fields: { amount } })))
  assert.match(twice.ok ? '' : twice.error, /"payment" stands there twice/)
})

test('[RAR-5-01] types come from the configuration, and in development from the seed', () => {
  const authorizationDetailTypes = [{ type: 'payment', title, fields: { amount } }]
  const config = parseConfig(JSON.stringify({ issuer: 'https://as.example', authorizationDetailTypes }), '/')
  const seed = parseSeed(JSON.stringify({ authorizationDetailTypes }), true)
  const wrong = parseSeed(JSON.stringify({ authorizationDetailTypes: [{ type: 'payment', title, felds: {} }] }), true)

  assert.deepEqual(config.ok && config.value.settings.authorizationDetailTypes, authorizationDetailTypes)
  assert.deepEqual(seed.ok && seed.value.settings.authorizationDetailTypes, authorizationDetailTypes)
  assert.match(wrong.ok ? '' : wrong.error, /^authorizationDetailTypes\[0\]\.(felds: nobody knows|fields: is missing)/)
})
