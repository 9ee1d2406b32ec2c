/*
 * The cast of the attack catalogue, section 3. Everything secret begins with `hufucanary_`, so that a search of what
 * the server says and keeps finds what must not be there.
 */

export const issuer = 'https://as.example'

/** R1 checks JWTs itself, R2 asks about opaque tokens. */
export const r1 = 'https://orders.example'
export const r2 = 'https://billing.example'

export const resources = [
  { resource: r1, scopes: ['orders.read', 'orders.write', 'jobs.run'] },
  { resource: r2, scopes: ['bills.read'], tokenFormat: 'opaque' },
] as const

export const scopes = [
  { name: 'orders.read', title: 'See your orders' },
  { name: 'orders.write', title: 'Change your orders', access: 'write', optional: true },
  { name: 'jobs.run', title: 'Run jobs', access: 'write' },
  { name: 'bills.read', title: 'See your bills' },
] as const

/** What a person may leave out, and starts unticked. */
export const optionalScopes = ['orders.write'] as const

const codeAndRefresh = ['authorization_code', 'refresh_token']

/** A confidential web app. */
export const c1 = {
  client_id: 'c1',
  client_secret: 'hufucanary_secret_of_c1_0123456789abcdef',
  client_name: 'Client One',
  client_uri: 'https://client.example/',
  redirect_uris: ['https://client.example/cb'],
  grant_types: codeAndRefresh,
  scope: 'orders.read orders.write',
  hufu_default_resource: r1,
} as const

/** A confidential web app of somebody else, which posts its secret. */
export const c2 = {
  client_id: 'c2',
  client_secret: 'hufucanary_secret_of_c2_0123456789abcdef',
  client_name: 'Client Two',
  redirect_uris: ['https://other.example/cb'],
  grant_types: codeAndRefresh,
  token_endpoint_auth_method: 'client_secret_post',
  scope: 'orders.read bills.read',
  hufu_default_resource: r1,
} as const

/** A public client: a page of its own server, and a program on the person's device. */
export const p1 = {
  client_id: 'p1',
  client_name: 'Public One',
  redirect_uris: ['https://spa.example/cb', 'http://127.0.0.1/cb'],
  grant_types: codeAndRefresh,
  token_endpoint_auth_method: 'none',
  scope: 'orders.read',
  hufu_default_resource: r1,
} as const

/** Runs jobs for nobody in particular. */
export const m1 = {
  client_id: 'm1',
  client_secret: 'hufucanary_secret_of_m1_0123456789abcdef',
  client_name: 'Machine One',
  grant_types: ['client_credentials'],
  scope: 'jobs.run',
} as const

/** Mallory's app, which nobody has reviewed. */
export const x = {
  client_id: 'x',
  client_secret: 'hufucanary_secret_of_x_0123456789abcdef_',
  client_name: 'Free Prizes',
  redirect_uris: ['https://mallory.example/cb'],
  grant_types: codeAndRefresh,
  scope: 'orders.read',
  hufu_default_resource: r1,
  hufu_reviewed: false,
} as const

/** The APIs themselves, as they introspect. */
export const api1 = {
  client_id: 'api1',
  client_secret: 'hufucanary_secret_of_api1_0123456789abcd',
  grant_types: [],
  scope: '',
  hufu_resources: [r1],
} as const
export const api2 = {
  ...api1,
  client_id: 'api2',
  client_secret: 'hufucanary_secret_of_api2_0123456789abcd',
  hufu_resources: [r2],
} as const

export const clients = [c1, c2, p1, m1, x, api1, api2]

/** As much of a registration as the helpers need. */
export interface TestClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly token_endpoint_auth_method?: string
  readonly redirect_uris?: readonly string[]
  readonly scope?: string
}

export const alice = {
  username: 'alice',
  password: 'hufucanary_password_of_alice',
  name: 'Alice',
  email: 'alice@example.com',
}
export const mallory = {
  username: 'mallory',
  password: 'hufucanary_password_of_mallory',
  name: 'Mallory',
  email: 'mallory@example.com',
}

export interface TestPerson {
  readonly username: string
  readonly password: string
}
