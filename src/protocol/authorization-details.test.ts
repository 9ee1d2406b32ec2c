import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aSettings, orderApi } from '../testing/index.ts'
import { areWithin } from './authorization-details.ts'
import { isFieldWithin, parseField } from './detail-type.ts'
import type { DetailField, DetailType } from './detail-type.ts'

const title = { en: '', 'zh-CN': '' }
const amount = { title, required: true, kind: 'amount', limit: true } as const satisfies DetailField
const payment: DetailType = {
  type: 'payment',
  title,
  description: title,
  resource: orderApi,
  transaction: true,
  clientCredentials: false,
  fields: new Map([['amount', amount]]),
}
const settings = aSettings(undefined, { authorizationDetailTypes: new Map([['payment', payment]]) })
const pay = (value: number) => ({ type: 'payment', amount: String(value) })

test('[RAR-6-01] amounts are compared exactly, however many places they are written with', () => {
  const pairs = [
    ['10', '10.00', true],
    ['9.9999', '10', true],
    ['10.0001', '10', false],
    ['0.1', '0.10', true],
    ['999999999999999.9999', '999999999999999.9999', true],
    ['999999999999999.9999', '999999999999999.9998', false],
  ] as const

  for (const [asked, granted, isWithin] of pairs)
    assert.equal(isFieldWithin(asked, granted, amount), isWithin, `${asked} of ${granted}`)
  assert.equal(isFieldWithin('9', '10', { ...amount, limit: false }), false)
  assert.equal(isFieldWithin('10.0', '10', { ...amount, limit: false }), true)
})

test('[RAR-6-01] what is asked for fits if, and only if, each can have one of its own', () => {
  const someAmounts = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 6 })
  fc.assert(
    fc.property(someAmounts, someAmounts, (asked, granted) => {
      // Sorted, the largest against the largest: for one bound each that is all there is to it.
      const [most, room] = [asked, granted].map((each) => each.toSorted((left, right) => right - left))
      const fits = most!.every((each, at) => each <= (room![at] ?? 0))

      assert.equal(areWithin(asked.map(pay), granted.map(pay), settings), fits)
    }),
  )
})

test('[RAR-12-01] whatever a text is made of, what is kept of it is what can be seen, or nothing', () => {
  const field = { title, required: true, kind: 'text', maxLength: 20 } as const
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      const kept = parseField(text, field)

      assert.ok(
        kept === undefined ||
          (typeof kept === 'string' &&
            kept.length > 0 &&
            Array.from(kept).length <= 20 &&
            !/[\p{Cc}\p{Cf}]/u.test(kept)),
      )
    }),
  )
})
