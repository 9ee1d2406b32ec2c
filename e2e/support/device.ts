import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { TestPerson, TestClient } from './fixtures.ts'
import * as cast from './fixtures.ts'
import { has, proofOf } from './server.ts'
import type { TestServer, TestServerOptions } from './server.ts'
import { assertJson, serverOf } from './token-oracles.ts'
import { toForm } from './user-agent.ts'
import type { Fields, Page, UserAgent } from './user-agent.ts'

export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

/** An app on a television, which keeps no secret: D1 of the attack catalogue. */
export const d1 = {
  client_id: 'd1',
  client_name: 'Television One',
  client_uri: 'https://tv.example/about',
  grant_types: [deviceGrantType, 'refresh_token'],
  token_endpoint_auth_method: 'none',
  scope: 'orders.read orders.write',
  hufu_default_resource: cast.r1,
} as const

/** A device that keeps a secret, of somebody else. */
export const d2 = {
  client_id: 'd2',
  client_secret: 'hufucanary_secret_of_d2_0123456789abcdef',
  client_name: 'Till Two',
  grant_types: [deviceGrantType, 'refresh_token'],
  scope: 'orders.read bills.read',
  hufu_default_resource: cast.r2,
} as const

/** A server where devices may be connected, with D1 and D2. */
export async function serverWithDevices(t: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const as = await serverOf(t, { ...options, features: { deviceGrant: true, ...options.features } })
  for (const client of [d1, d2]) {
    const saved = await as.server.saveClient(client)
    assert.ok(saved.ok, JSON.stringify(saved))
  }
  as.writes.length = 0

  return as
}

export interface Begun {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

/** What a device posts to begin, whatever comes of it. */
export function begin(as: TestServer, form: Fields = {}, client: TestClient = d1): Promise<Response> {
  const proof = proofOf(client)

  return as.send('/device_authorization', {
    method: 'POST',
    body: toForm({ ...proof.form, ...form }),
    headers: proof.headers,
  })
}

/** A device that begins to wait. */
export async function begun(as: TestServer, form: Fields = {}, client: TestClient = d1): Promise<Begun> {
  const answer = await begin(as, form, client)
  assert.equal(answer.status, 200, await answer.clone().text())
  assertJson(answer)

  return (await answer.json()) as Begun
}

/** The device asks whether somebody has decided. */
export const poll = (
  as: TestServer,
  { device_code }: Pick<Begun, 'device_code'>,
  client: TestClient = d1,
  form: Fields = {},
) => as.token({ grant_type: deviceGrantType, device_code, ...form }, client)

/** Enters a code on the page for it. @returns the page after, of the next step or with the problem */
export async function enter(as: TestServer, by: UserAgent, code: string): Promise<Page> {
  return by.submit(await by.open(`${as.issuer}/device`), '/device', { user_code: code })
}

/** Enters the code, signs in where asked to, and answers. @returns the last page */
export async function decide(
  as: TestServer,
  { user_code }: Pick<Begun, 'user_code'>,
  decision: 'allow' | 'deny' = 'allow',
  {
    by = as.browser(),
    person = cast.alice,
    fields = {},
  }: { by?: UserAgent; person?: TestPerson; fields?: Fields } = {},
): Promise<Page> {
  const page = await signIn(await enter(as, by, user_code), by, person)
  if (!has(page, '/consent')) throw new Error(`nobody was asked: ${page.status}\n${page.html}`)

  return by.submit(page, '/consent', { decision, ...fields })
}

/** Signs in if the page asks for it. */
export const signIn = async (page: Page, by: UserAgent, { username, password }: TestPerson = cast.alice) =>
  has(page, '/sign-in') ? by.submit(page, '/sign-in', { username, password }) : page
