import type { AuthorizationServerOptions } from 'hufu'
import { randomBytes } from 'node:crypto'

/** Where a drill's browser would be sent. Nobody is there: the drill reads the address and goes no further. */
export const drillCallback = 'https://drill.example/callback'

/** An API that exists on paper only, for tokens that are shown to the wrong one. */
export const otherApi = 'https://invoices.example'

/** The account drills sign in with, so that the real one's sessions and consents are left alone. */
export interface DrillAccount {
  readonly username: string
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Secrets of one run. */
export interface DrillSecrets {
  readonly account: DrillAccount
  readonly app: string
  readonly job: string
}

export const drillClientIds = { app: 'break-it-app', job: 'break-it-job' } as const

export const makeDrillSecrets = (): DrillSecrets => ({
  account: {
    username: 'drill@example.com',
    name: 'Drill',
    email: 'drill@example.com',
    password: randomBytes(24).toString('base64url'),
  },
  app: randomBytes(32).toString('base64url'),
  job: randomBytes(32).toString('base64url'),
})

export const drillScopes: NonNullable<AuthorizationServerOptions['scopes']> = [
  {
    name: 'invoices.read',
    title: { en: 'See your invoices', 'zh-CN': '查看你的发票' },
    description: { en: 'For the drills of the demo.', 'zh-CN': '供演示环境的演练使用。' },
    access: 'read',
  },
]

export const drillResources: NonNullable<AuthorizationServerOptions['resources']> = [
  { resource: otherApi, scopes: drillScopes.map((each) => each.name), tokenFormat: 'jwt' },
]

/** The programs that make the mistakes: registered like any other, with nothing relaxed. */
export const drillClientsAt = (api: string, secrets: DrillSecrets): readonly object[] => [
  {
    client_id: drillClientIds.app,
    client_secret: secrets.app,
    client_name: 'Break-it App',
    redirect_uris: [drillCallback],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'orders.read',
    hufu_default_resource: api,
  },
  {
    client_id: drillClientIds.job,
    client_secret: secrets.job,
    client_name: 'Break-it Job',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'orders.stats invoices.read',
    hufu_default_resource: api,
  },
]
