import type { AuthorizationServerOptions } from 'hufu'
import type { JobKey } from './data-folder.ts'

/** Where the three parties are, on this machine. */
export interface Addresses {
  readonly issuer: string
  readonly api: string
  readonly analytics: string
}

export const clientIds = { analytics: 'shop-analytics', job: 'nightly-report' } as const

/** Whose pages people see. */
export const productName = 'Hufu Demo Shop'

/** Seconds: short, so that a refresh can be watched. */
const accessTokenLifetime = 300

/** What the API offers, in the words a person reads on the consent page. */
export const scopes: NonNullable<AuthorizationServerOptions['scopes']> = [
  {
    name: 'orders.read',
    title: { en: 'See your orders', 'zh-CN': '查看你的订单' },
    description: {
      en: 'Order number, items, price and date. Last 12 months.',
      'zh-CN': '订单号、商品、金额和日期，最近 12 个月。',
    },
    access: 'read',
  },
  {
    name: 'refunds.read',
    title: { en: 'See your refunds', 'zh-CN': '查看你的退款' },
    description: { en: 'Amount, reason and date. Last 12 months.', 'zh-CN': '金额、原因和日期，最近 12 个月。' },
    access: 'read',
    optional: true,
  },
  {
    name: 'orders.stats',
    title: { en: 'See the daily sums of the shop', 'zh-CN': '查看商店的每日汇总' },
    description: { en: 'For the shop’s own jobs; names no person.', 'zh-CN': '供商店自己的任务使用，不涉及任何个人。' },
    access: 'read',
  },
]

export const resourcesAt = ({ api }: Addresses): NonNullable<AuthorizationServerOptions['resources']> => [
  { resource: api, scopes: scopes.map((each) => each.name), tokenFormat: 'jwt', accessTokenLifetime },
]

/** The two apps in the words of RFC 7591, as an operator registers them. */
export function clientsAt({ api, analytics }: Addresses, secret: string, jobKey: JobKey): readonly object[] {
  const { d: _private, ...publicKey } = jobKey

  return [
    {
      client_id: clientIds.analytics,
      client_secret: secret,
      client_name: 'Shop Analytics',
      client_uri: analytics,
      hufu_developer: 'Lumen Data Ltd',
      redirect_uris: [`${analytics}/callback`],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'orders.read refunds.read',
      hufu_default_resource: api,
    },
    {
      client_id: clientIds.job,
      client_name: 'Nightly Report',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...publicKey, use: 'sig' }] },
      scope: 'orders.stats',
      hufu_default_resource: api,
    },
  ]
}
