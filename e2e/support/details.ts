import * as cast from './fixtures.ts'

/** What may be asked for in detail at the servers of the tests: a payment, an account to look at, a job. */
export const authorizationDetailTypes = [
  {
    type: 'payment',
    title: { en: 'Pay once', 'zh-CN': '付款一次' },
    description: 'From the account you shop with.',
    resource: cast.r2,
    fields: {
      amount: { kind: 'amount', title: 'Amount', required: true, limit: true },
      currency: { kind: 'currency', title: 'Currency', required: true },
      payee: { kind: 'text', title: { en: 'To', 'zh-CN': '收款方' }, required: true, maxLength: 70 },
      purposes: { kind: 'list', title: 'For', maxItems: 3 },
    },
  },
  {
    type: 'account',
    title: 'See an account',
    resource: cast.r1,
    transaction: false,
    fields: {
      what: { kind: 'list', title: 'What', required: true, values: { balance: 'Balance', history: 'History' } },
      days: { kind: 'number', title: 'Days', least: 1, most: 90, limit: true },
      joint: { kind: 'boolean', title: 'Joint account' },
      kind: { kind: 'enum', title: 'Kind', values: { giro: 'Current account', card: { en: 'Card', 'zh-CN': '卡' } } },
    },
  },
  {
    type: 'job',
    title: 'Run a job',
    resource: cast.r1,
    clientCredentials: true,
    fields: { name: { kind: 'text', title: 'Name', required: true } },
  },
] as const

export const payment = {
  type: 'payment',
  amount: '49.90',
  currency: 'EUR',
  payee: 'Müller & Söhne 王',
  purposes: ['Order 17', 'Delivery'],
}
export const account = { type: 'account', what: ['balance', 'history'], days: 30 }

/** As the parameter of a request. */
export const asking = (...details: readonly object[]) => ({ authorization_details: JSON.stringify(details) })
