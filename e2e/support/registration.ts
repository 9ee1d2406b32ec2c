import assert from 'node:assert/strict'
import { startServer } from './server.ts'
import type { TestClient } from './fixtures.ts'
import type { TestServer, TestServerOptions } from './server.ts'

/** What an app on a device says of itself, as MCP clients do. */
export const nativeApp = {
  client_name: 'Pocket Orders',
  redirect_uris: ['http://127.0.0.1:8976/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
} as const

export const webApp = {
  client_name: 'Order Charts',
  client_uri: 'https://charts.example/',
  redirect_uris: ['https://charts.example/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
} as const

/** A successful answer of registration. */
export interface Registration extends TestClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly client_secret_expires_at?: number
  readonly client_id_issued_at: number
  readonly registration_client_uri: string
  readonly registration_access_token: string
  readonly redirect_uris: readonly string[]
  readonly scope: string
  readonly [member: string]: unknown
}

export interface RegistrationServer extends TestServer {
  /** Posts metadata, a text as it is. */
  readonly post: (metadata: unknown, headers?: Readonly<Record<string, string>>) => Promise<Response>
  /** Registers, which must succeed. */
  readonly register: (metadata?: object) => Promise<Registration>
  /** Asks for one's own registration, or changes it. */
  readonly own: (of: Registration, method?: string, body?: object, token?: string) => Promise<Response>
}

export async function startRegistration(options: TestServerOptions = {}): Promise<RegistrationServer> {
  const as = await startServer({ features: { registration: 'open', clientIdMetadataDocuments: true }, ...options })
  const post: RegistrationServer['post'] = (metadata, headers = {}) =>
    as.send('/register', {
      method: 'POST',
      body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
      headers: { 'content-type': 'application/json', ...headers },
    })

  return {
    ...as,
    post,
    async register(metadata = nativeApp) {
      const answer = await post(metadata)
      assert.equal(answer.status, 201, await answer.clone().text())

      return (await answer.json()) as Registration
    },
    own: (of, method = 'GET', body, token = of.registration_access_token) =>
      as.send(of.registration_client_uri, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  }
}

/** `J(status, error)`: a refusal in JSON that nobody keeps. @returns what it says */
export async function assertRefused(answer: Response, status: number, error: string): Promise<string> {
  const body = (await answer.json()) as { error: string; error_description: string }
  assert.deepEqual([answer.status, body.error], [status, error], body.error_description)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(body.error_description, /^HF-(?:REG|LIMIT)-\d{4} [\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /)

  return body.error_description
}
