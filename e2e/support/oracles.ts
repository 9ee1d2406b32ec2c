import assert from 'node:assert/strict'
import type { AuthorizationRequest, TestServer } from './server.ts'

/*
 * What holds in every test of the authorization endpoint, whatever its row says: the oracles of the attack
 * catalogue, section 1.
 */

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'none'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

/** A page of ours: framed by nobody, kept by nobody, leaking to nobody, with nothing from elsewhere and no script inside. */
export async function assertPage(response: Response, formAction: 'self' | 'none' = 'self'): Promise<string> {
  const { headers } = response
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
  assert.equal(
    headers.get('content-security-policy'),
    policy.replace("form-action 'self'", `form-action '${formAction}'`),
  )
  assert.equal(headers.get('x-frame-options'), 'DENY')
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('location'), null)
  const html = await response.text()
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc="\/)|\son\w+=|style=|<iframe|<object|<embed|<base/i)
  assert.doesNotMatch(html, /(?:src|<link[^>]*href)="(?!\/)/)

  return html
}

/** `PAGE(400)`: an explanation, and no way to where the request wanted to go. @returns its markup */
export async function assertExplained(response: Response, id: string, received = ''): Promise<string> {
  assert.equal(response.status, 400)
  assert.equal(response.headers.get('www-authenticate'), null)
  const html = await assertPage(response)
  assert.doesNotMatch(html, /http-equiv="refresh"/)
  const links = Array.from(html.matchAll(/(?:href|action|src|content)="([^"]*)"/g), ([, value = '']) => value)
  const own = /^(?:\/|width=|light dark$)/
  assert.deepEqual(
    links.filter((each) => !own.test(each)),
    [],
  )
  if (received.length > 8) assert.ok(!html.includes(received), 'the received address is not repeated')
  assert.match(html, new RegExp(`<code>${id}</code> <code>[0-9a-f]{32}</code>`))

  return html
}

/**
 * `R(error)`: a redirect to the registered URI with that error, the state as it was sent, and the issuer.
 *
 * @param state `undefined` if it could not be read or was not sent
 */
export function assertReturned(
  response: Response,
  as: TestServer,
  error: string,
  { client }: AuthorizationRequest,
  state: string | undefined,
): URLSearchParams {
  assert.equal(response.status, 303)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(
    [...response.headers.keys()].some((name) => name.startsWith('access-control-')),
    false,
  )
  const location = response.headers.get('location') ?? ''
  assert.match(location, /^[\x21-\x7e]+$/)
  const to = client.redirect_uris?.[0] ?? ''
  assert.ok(location.startsWith(`${to}?`), location)
  const answer = new URL(location).searchParams
  assert.deepEqual(
    [...answer.keys()],
    ['error', 'error_description', 'error_uri', ...(state === undefined ? [] : ['state']), 'iss'],
  )
  assert.equal(answer.get('error'), error)
  assert.match(answer.get('error_description') ?? '', /^HF-[A-Z]+-\d{4} [\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.match(answer.get('error_uri') ?? '', /^[\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.ok(answer.get('error_uri')?.startsWith(`${as.issuer}/errors/HF-`))
  assert.equal(answer.get('state'), state ?? null)
  assert.equal(answer.get('iss'), as.issuer)

  return answer
}

/** Nothing was stored but the audit, and nothing went wrong inside. */
export function assertNoEffect(as: TestServer): void {
  assert.deepEqual(as.writes, [])
  assert.deepEqual(as.faults, [])
}

/** Audit events of one type, oldest first. */
export async function auditOf(as: TestServer, type: string) {
  const events = await as.store.listAudit(undefined, 1000)

  return events.filter((each) => each.type === type)
}
