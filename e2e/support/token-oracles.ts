import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { crc32 } from 'node:zlib'
import { startServer } from './server.ts'
import type { TestServer, TestServerOptions, Tokens } from './server.ts'

/*
 * What holds in every test of the endpoints for programs, whatever its row says: the oracles of the attack catalogue,
 * section 1, and section 3 of the requirements.
 */

/** A server of a test's own, which ends with it; a fault inside the server fails the test. */
export async function serverOf(t: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const as = await startServer(options)
  t.after(async () => {
    await as.close()
    assert.deepEqual(as.faults, [])
  })

  return as
}

export interface Refusal {
  readonly error: string
  readonly error_description: string
  readonly error_uri: string
}

/** `J(status error)`: the code, that status, nothing kept by caches, and only characters that may stand there. */
export async function assertRefused(response: Response, status: number, error: string, why = ''): Promise<Refusal> {
  const text = await response.text()
  assert.equal(`${response.status} ${text && (JSON.parse(text) as Refusal).error}`, `${status} ${error}`, why || text)
  assertJson(response)
  const body = JSON.parse(text) as Refusal
  assert.deepEqual(Object.keys(body), ['error', 'error_description', 'error_uri'])
  assert.match(body.error_description, /^HF-[A-Z]+-\d{4} [\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.match(body.error_uri, /^https?:[\x21\x23-\x5b\x5d-\x7e]+\/errors\/HF-[A-Z]+-\d{4}$/)
  assert.ok(body.error_uri.endsWith(`/${body.error_description.slice(0, body.error_description.indexOf(' '))}`))
  assert.equal(
    response.headers.get('www-authenticate'),
    status === 401 ? 'Basic realm="hufu", charset="UTF-8"' : null,
    'a challenge with every 401, and only there',
  )
  if (status === 429 || status === 503) assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/)

  return body
}

/** A successful answer of the token endpoint, in the shape it always has. */
export async function assertTokens(response: Response, type: 'Bearer' | 'DPoP' = 'Bearer'): Promise<Tokens> {
  const text = await response.text()
  assert.equal(response.status, 200, text)
  assertJson(response)
  const body = JSON.parse(text) as Tokens
  const known = [
    'access_token',
    'token_type',
    'expires_in',
    'scope',
    'authorization_details',
    'refresh_token',
    'refresh_token_timeout',
    'authorization_expires_in',
  ]
  assert.deepEqual(
    Object.keys(body),
    known.filter((name) => name in body),
  )
  assert.equal(typeof body.access_token, 'string')
  assert.equal(body.token_type, type)
  assert.ok(Number.isInteger(body.expires_in) && body.expires_in > 0)
  assert.ok(!text.includes('null'))

  return body
}

/** Headers of every answer for programs that may hold something secret. */
export function assertJson({ headers }: Response): void {
  assert.equal(headers.get('content-type'), 'application/json')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('pragma'), null)
  assert.equal(headers.get('location'), null)
  assert.equal(headers.get('set-cookie'), null)
  assert.match(headers.get('hufu-request-id') ?? '', /^[0-9a-f]{32}$/)
}

/** All that the audit holds. */
export const auditOf = (as: TestServer) => as.store.listAudit(undefined, 1000)

/**
 * The same credential with another secret part, its checksum right: what somebody makes who knows how they are written,
 * and has seen the id of one.
 */
export function withOtherSecret(credential: string): string {
  const prefix = credential.slice(0, 4)
  const octets = Buffer.from(credential.slice(4), 'base64url')
  octets[octets.length - 5]! ^= 1
  octets.writeUInt32BE(crc32(octets.subarray(0, -4), crc32(prefix)), octets.length - 4)

  return prefix + octets.toString('base64url')
}

/** The payload of a JWT, unchecked. */
export function claimsOf(jwt: string): Record<string, unknown> {
  return partOf(jwt, 1)
}

export function headerOf(jwt: string): Record<string, unknown> {
  return partOf(jwt, 0)
}

const partOf = (jwt: string, at: number) =>
  JSON.parse(Buffer.from(jwt.split('.')[at] ?? '', 'base64url').toString()) as Record<string, unknown>
