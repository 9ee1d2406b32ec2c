import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { asText } from './draft.ts'
import type { Draft } from './draft.ts'
import { fp } from './world.ts'
import type { World } from './world.ts'

/*
 * What holds for every answer to whatever request: the oracles of the attack catalogue, section 1.
 */

/** Sends the request, and looks at everything that must never be. */
export async function tryOut(world: World, draft: Draft): Promise<void> {
  const before = process.threadCpuUsage()
  const response = await world.send(draft)
  const text = await response.text()
  const { user, system } = process.threadCpuUsage(before)
  const seen = `${draft.method} ${draft.path} -> ${response.status}\n${text.slice(0, 500)}`

  assert.ok(response.status < 500, seen)
  assert.deepEqual(world.as.faults, [], seen)
  assert.deepEqual(Object.keys(Object.prototype), [], seen)
  assertNowhereElse(response, text, draft, world)
  assertNothingEchoed(response, text, draft, world)
  assertWellFormed(response, text, seen)
  if ((user + system) / 1000 > longestStallMs) await assertNoStall(world, draft, seen)
}

/** All that one request may hold the event loop. */
const longestStallMs = 50

/** One slow answer may be the machine's; a request that stalls every time is ours. */
async function assertNoStall(world: World, draft: Draft, seen: string): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const stalls: number[] = []
  for (let round = 0; round < 3; round += 1) {
    delay.reset()
    delay.enable()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await (await world.send(draft)).text()
    await new Promise((resolve) => setTimeout(resolve, 5))
    delay.disable()
    stalls.push(delay.max / 1e6)
  }
  assert.ok(Math.min(...stalls) <= longestStallMs, `stalled ${stalls.join(', ')} ms each time: ${seen}`)
}

/** `Location`, and where a page goes on by itself or by a form: the server itself, or what the client registered. */
function assertNowhereElse(response: Response, text: string, draft: Draft, world: World): void {
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true
  const targets = [
    response.headers.get('location'),
    ...(isPage
      ? Array.from(text.matchAll(/<meta http-equiv="refresh" content="\d+;url=([^"]*)"/g), ([, to]) => to)
      : []),
    ...(isPage ? Array.from(text.matchAll(/<(?:form|button)\b[^>]*\b(?:form)?action="([^"]*)"/g), ([, to]) => to) : []),
  ]
  const { issuer } = world.as
  const registered = redirectUrisOf(draft, world)
  for (const target of targets) {
    if (target === null || target === undefined) continue
    const to = target.replaceAll('&amp;', '&')
    const isOurs = /^\/(?![/\\])/.test(to) || to === '' || to === issuer || to.startsWith(`${issuer}/`)
    const isRegistered = registered.some((uri) => to === uri || to.startsWith(`${uri}?`))
    assert.ok(isOurs || isRegistered || isLoopback(to, registered), `leaves for ${to}`)
  }
}

/** The port of a loopback address is the app's to choose (RFC 8252 section 7.3). */
const isLoopback = (to: string, registered: readonly string[]) =>
  registered.some((uri) => uri.startsWith('http://127.0.0.1/')) &&
  /^http:\/\/127\.0\.0\.1(?::\d+)?\/cb(?:\?|$)/.test(to)

/** Of the clients that an authorization request names; the pages that follow it know the client without a name. */
function redirectUrisOf({ path, parts }: Draft, { clients }: World): readonly string[] {
  const named =
    path !== '/authorize' ? [] : parts.filter(({ name }) => name === 'client_id').map(({ value }) => asText(value))
  const meant = clients.filter(({ client_id }) => named.length === 0 || named.includes(client_id))

  return path.endsWith('/end-session')
    ? fp.post_logout_redirect_uris
    : meant.flatMap((client) => client.redirect_uris ?? [])
}

/** What is given back by design: to the client or on the page that it was typed into. */
const echoed = ['state', 'login_hint', 'username', 'user_code', 'lang']
/** A request to sign out goes through the form of its page, and by GET, as it came. */
const carriedOn = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'logout_hint', 'ui_locales']

function assertNothingEchoed(response: Response, text: string, draft: Draft, { secrets, as }: World): void {
  const isGiven = response.status === 200 && text.includes('"access_token"')
  const isRegistration = draft.path.startsWith('/register')
  if (isGiven || isRegistration) return
  const said = `${text}\n${Array.from(response.headers, ([name, value]) => `${name}: ${value}`).join('\n')}`
  const isSignOut = draft.path.endsWith('/end-session')
  // A post of another site, sent on to the same address by GET.
  const goesOn = response.headers.get('location')?.startsWith(`${as.issuer}/authorize?`) === true
  const wanted = draft.parts
    .filter(({ name }) => goesOn || echoed.includes(name) || (isSignOut && carriedOn.includes(name)))
    .map(({ value }) => asText(value))
  for (const secret of secrets) {
    if (wanted.some((each) => each.includes(secret))) continue
    assert.ok(!said.includes(secret), `tells a secret: ${secret.slice(0, 30)}`)
  }
}

/** A page that runs nothing, or JSON with the characters that may stand in an error; never how it is made inside. */
function assertWellFormed(response: Response, text: string, seen: string): void {
  const type = response.headers.get('content-type') ?? ''
  assert.doesNotMatch(text, /\bat [\w.<>]+ \(|node:internal|SQLITE_|\.ts:\d+/, seen)
  if (type.startsWith('text/html')) {
    assert.doesNotMatch(text, /<script>hufuscript|<img src=x/, seen)
    assert.doesNotMatch(text.replaceAll(/"[^"]*"/g, '""'), /<[^>]*\son\w+=/, seen)
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/, seen)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff', seen)
  }
  if (response.status >= 400 && type === 'application/json' && text !== '') {
    const { error, error_description: description } = JSON.parse(text) as Partial<Record<string, string>>
    if (error !== undefined) assert.match(error, /^[a-z_]+$/, seen)
    if (description !== undefined) assert.match(description, /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/, seen)
  }
}
