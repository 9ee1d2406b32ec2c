import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { c1, c2, clients, p1, x } from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import type { UserAgent } from '../../support/user-agent.ts'

/*
 * The oracles of the attack catalogue, section 1, over requests nobody thought of. Each run asks with and without a
 * browser in which alice is signed in and has allowed every app.
 */

let as: TestServer
let cookie: string
before(async () => {
  as = await startServer()
  const alice: UserAgent = await as.signedIn()
  for (const client of [c1, c2, p1, x]) await as.code({ scope: 'orders.read' }, client, alice)
  cookie = Array.from(alice.cookies, ([name, value]) => `${name}=${value}`).join('; ')
})
after(() => as.close())

const registered = new Map<string, readonly string[]>(
  clients.map((each) => [each.client_id, 'redirect_uris' in each ? each.redirect_uris : []]),
)

const nasty = fc.constantFrom(
  '',
  'none',
  'S256',
  'plain',
  'code',
  'token',
  'code token',
  'query',
  'fragment',
  '0',
  '-1',
  'https://evil.example/cb',
  '//evil.example',
  'javascript:alert(1)',
  'a\r\nLocation: https://evil.example',
  '"><script>',
  '\0',
  '%00',
  '%zz',
  '\u2028',
  '${7*7}',
  "' or 1=1 --",
  '__proto__',
  'x'.repeat(3000),
)
const value = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 40 }))
const name = fc.constantFrom(
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'ui_locales',
  'nonce',
  'resource',
  'request',
  'request_uri',
  'login_hint',
  'lang',
  'foo',
  '__proto__',
  'redirect_uri[]',
)
/** A correct request of some client with up to four parameters changed, repeated, or left out. */
const changes = fc.dictionary(
  name,
  fc.oneof(fc.constant(undefined), value, fc.array(value, { minLength: 2, maxLength: 3 })),
  { maxKeys: 4 },
)
const client = fc.constantFrom(c1, c2, p1, x)

async function check(response: Response, url: string): Promise<'code' | 'error' | 'wait' | 'page'> {
  assert.ok(response.status < 500, `${response.status} for ${url}`)
  assert.deepEqual(as.faults, [])
  assert.doesNotMatch(response.headers.get('set-cookie') ?? '', /[\r\n]/)
  const location = response.headers.get('location')
  const html = await response.text()
  if (location?.startsWith(`${as.issuer}/i/`)) return 'wait'
  const target = location ?? /id="continue" href="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  if (target === undefined) return 'page'
  assert.match(target, /^[\x21-\x7e]+$/)
  const id = new URL(url).searchParams.get('client_id') ?? ''
  assert.ok(
    registered.get(id)?.some((uri) => target.startsWith(`${uri}?`)),
    `${target} for ${url}`,
  )
  const answer = new URL(target).searchParams
  assert.deepEqual(answer.getAll('iss'), [as.issuer])
  assert.match(answer.get('error_description') ?? '', /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
  assert.equal(answer.has('code'), !answer.has('error'))

  return answer.has('code') ? 'code' : 'error'
}

test('[AZ-01] no request is answered with a fault, or sends the browser to what is not registered', async () => {
  // req: RU-01, RU-02, RU-03, RU-04, RU-05, RU-06, RU-07, AZ-09, AZ-10, PK-07, HT-04, HT-13, BCP-2.1-02, O21-7.12-01, O21-4.1.2.1-01
  const kinds = new Map<string, number>()

  await fc.assert(
    fc.asyncProperty(client, changes, fc.boolean(), async (of, given, signedIn) => {
      as.writes.length = 0
      const { url } = as.authorize({ scope: 'orders.read', ...given }, of)

      const kind = await check(await as.send(url, { headers: signedIn ? { cookie } : {} }), url)

      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      assert.deepEqual(as.writes, kind === 'code' ? ['issueCode'] : kind === 'wait' ? ['saveTransaction'] : [])
      assert.ok(kind !== 'code' || signedIn)
    }),
    { numRuns: 1500 },
  )
  assert.deepEqual([...kinds.keys()].toSorted(), ['code', 'error', 'page', 'wait'])
})

test('[HT-01] no octets in a query or a form are answered with a fault', async () => {
  // req: HT-02, HT-04, AZ-01
  const type = fc.constantFrom(
    'application/x-www-form-urlencoded',
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/x-www-form-urlencoded; charset=utf-16',
    '',
  )
  const path = fc.constantFrom(
    '/authorize',
    '/sign-in',
    '/sign-out',
    '/i/0123456789abcdef0123456789abcdef/consent',
    '/i/x/../y',
    '/i//',
    '/token',
    '/revoke',
    '/introspect',
  )
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    value.map((text) => new TextEncoder().encode(`client_id=c1&csrf=${text}`)),
  )

  await fc.assert(
    fc.asyncProperty(path, type, octets, fc.string({ maxLength: 30 }), async (to, contentType, body, query) => {
      as.writes.length = 0

      const answer = await as.send(`${to}?${encodeURI(query.toWellFormed())}`, {
        method: 'POST',
        body: Uint8Array.from(body),
        headers: { cookie, 'content-type': contentType },
      })

      assert.ok(answer.status < 500, `${answer.status} for ${to}`)
      assert.deepEqual(as.faults, [])
      assert.deepEqual(as.writes, [])
      const location = answer.headers.get('location')
      assert.ok(location === null || location.startsWith(`${as.issuer}/`) || /^\/(?!\/)/.test(location))
    }),
    { numRuns: 400 },
  )
})

test('[O21-1.7.1-01] whatever a client sends as state, if it is text it comes back, else it is refused', async () => {
  // req: O21-4.1.2-03, O21-A-01
  const state = fc.oneof(fc.stringMatching(/^[\x20-\x7e]{1,200}$/), fc.string({ unit: 'binary', minLength: 1 }))

  await fc.assert(
    fc.asyncProperty(state, async (sent) => {
      const response = await as.send(as.authorize({ scope: 'orders.read', state: sent }).url, { headers: { cookie } })
      const answer = new URL(response.headers.get('location') ?? '').searchParams

      if (/^[\x20-\x7e]+$/.test(sent)) assert.equal(answer.get('state'), sent)
      else assert.deepEqual([answer.get('error'), answer.get('state')], ['invalid_request', null])
    }),
    { numRuns: 300 },
  )
})

test('[LG-01] no secret of anybody is in anything that was answered', () => {
  // req: O21-1.4-02
  const answers = as.exchanges.map(({ response }) => response.body + JSON.stringify(response.headers)).join('\n')

  assert.ok(as.exchanges.length > 2000)
  assert.doesNotMatch(answers, /hufucanary_/)
})
