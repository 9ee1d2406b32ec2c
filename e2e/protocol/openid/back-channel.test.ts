import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { aliceProfile, o1, readSigned } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { alice, c1, mallory } from '../../support/fixtures.ts'
import { checkLogoutToken } from '../../support/logout-receiver.ts'
import type { LogoutToken } from '../../support/logout-receiver.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer, TestServerOptions } from '../../support/server.ts'
import type { UserAgent } from '../../support/user-agent.ts'

interface Receiver {
  readonly uri: string
  /** What came, in order. */
  readonly heard: string[]
  readonly checked: (LogoutToken | string)[]
  /** Waits until so many came. */
  readonly until: (count: number) => Promise<void>
  status: number
}

type App = typeof o1 & Readonly<Record<string, unknown>>

/** An app that checks each logout token as the specification says, and answers with 200 or 400. */
async function openReceiver(
  t: TestContext,
  as: () => TestServer,
  clientId: string,
  algorithm = 'RS256',
): Promise<Receiver> {
  const jtis = new Set<string>()
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const token = new URLSearchParams(await text(request)).get('logout_token') ?? ''
      const checked = await checkLogoutToken(as(), clientId, algorithm, token, jtis)
      receiver.heard.push(token)
      receiver.checked.push(checked)
      const status = typeof checked === 'string' ? 400 : receiver.status
      response.writeHead(status, { 'cache-control': 'no-store', ...(status === 303 && { location: '/again' }) }).end()
      for (const each of waiting.splice(0)) each()
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const receiver: Receiver = {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/out`,
    heard: [],
    checked: [],
    until: async (count) => {
      while (receiver.heard.length < count) await new Promise<void>((done) => waiting.push(done))
    },
    status: 200,
  }

  return receiver
}

async function open(t: TestContext, more: Readonly<Record<string, unknown>> = {}, options: TestServerOptions = {}) {
  const algorithm = more['id_token_signed_response_alg'] as string | undefined
  const receiver: Receiver = await openReceiver(t, () => as, 'o1', algorithm)
  const as: TestServer = await startServer({ development: true, issuer: 'http://localhost:9', ...options })
  t.after(() => as.close())
  const app: App = { ...o1, backchannel_logout_uri: receiver.uri, ...more }
  assert.ok((await as.server.saveClient(app)).ok)
  await as.server.saveAccount({ ...alice, profile: aliceProfile })
  const browser = await as.signedIn()
  const tokens = (await as.tokens({ scope: 'openid orders.read' }, app, browser)) as TokensWithId

  return { as, app, browser, receiver, tokens }
}

const signOut = async (as: TestServer, browser: UserAgent) =>
  browser.submit(await browser.open(`${as.issuer}/sign-out`), '/sign-out')

const events = async (as: TestServer, type: string) =>
  (await as.store.listAudit(undefined, 1000)).filter((each) => each.type === type)

/** Until what became of so many deliveries is written. */
async function settled(as: TestServer, count: number) {
  for (;;) {
    const found = await events(as, 'logout_delivered')
    if (found.length >= count) return found
    await new Promise(setImmediate)
  }
}

for (const more of [{}, { subject_type: 'pairwise', id_token_signed_response_alg: 'ES256' }])
  test(`[OUT-BC-2.6-01] an app that checks a logout token as it must, is told whom and which session it knows (${JSON.stringify(more)})`, async (t) => {
    // req: OUT-BC-2.4-01, OUT-BC-2.1-01
    const { as, browser, receiver, tokens } = await open(t, more)
    const { claims, alg } = await readSigned(as, tokens.id_token)
    const { html } = await browser.open(`${as.issuer}/sign-out`)
    assert.match(html, /<li><bdi>Open One<\/bdi><\/li>/)
    await signOut(as, browser)
    await receiver.until(1)

    const [checked] = receiver.checked
    assert.deepEqual(checked, { sub: claims['sub'], sid: claims['sid'], jti: (checked as LogoutToken).jti })
    assert.equal(claims['sid'] === undefined, false)
    const token = await readSigned(as, receiver.heard[0]!)
    assert.deepEqual([token.typ, token.alg], ['logout+jwt', alg])
    assert.deepEqual(Object.keys(token.claims).toSorted(), ['aud', 'events', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'])
    assert.equal(Number(token.claims['exp']) - Number(token.claims['iat']), 120)
    const [event] = await settled(as, 1)
    assert.deepEqual([event?.outcome, event?.clientId], ['done', 'o1'])
  })

test('[OUT-BC-2.5-01] however a session ends, the app hears of it', async (t) => {
  const { as, app, browser, receiver } = await open(t, { post_logout_redirect_uris: ['https://open.example/bye'] })
  const ends: readonly (readonly [string, (by: UserAgent, idToken: string) => Promise<unknown>])[] = [
    ['by the app', (by, idToken) => by.open(`${as.issuer}/end-session?id_token_hint=${idToken}`)],
    ['somebody else signs in', async (by) => by.submit(await by.open(`${as.issuer}/sign-in`), '/sign-in', mallory)],
    [
      'another account is chosen',
      async (by) => {
        const page = await by.open(as.authorize({ prompt: 'consent' }, c1).url)
        return by.submit(page, '/switch')
      },
    ],
    [
      'the password is changed',
      async () => {
        as.later(1)
        return as.server.saveAccount({ ...alice, password: 'hufucanary_another_password_of_alice' })
      },
    ],
  ]
  await signOut(as, browser)
  await receiver.until(1)
  let heard = 1
  for (const [how, end] of ends) {
    const by = await as.signedIn()
    const { id_token } = (await as.tokens({ scope: 'openid orders.read' }, app, by)) as TokensWithId
    await end(by, id_token)
    await receiver.until(++heard)
    assert.equal(typeof receiver.checked.at(-1), 'object', how)
  }
  assert.equal((await settled(as, heard)).length, heard)
  assert.deepEqual(as.faults, [])
})

test('[OUT-BC-2.5-01] signing in again as the same person tells nobody, and an app is told once however often it signed in', async (t) => {
  const { as, app, browser, receiver } = await open(t)
  await as.tokens({ scope: 'openid' }, app, browser)
  await browser.submit(await browser.open(`${as.issuer}/sign-in`), '/sign-in', alice)
  await as.tokens({ scope: 'openid' }, app, browser)
  assert.equal((await events(as, 'logout_delivered')).length, 0)
  await signOut(as, browser)
  await settled(as, 1)

  assert.equal(receiver.heard.length, 1)
})

test('[OUT-BC-2.5-01] an app that is down hears of it when it is up again; one that refuses or redirects is asked once', async (t) => {
  const { as, app, browser, receiver } = await open(t)
  assert.ok((await as.server.saveClient({ ...app, backchannel_logout_uri: 'http://127.0.0.1:1/out' })).ok)
  await signOut(as, browser)
  // Any sign-out has everything delivered that is due.
  const another = async () => signOut(as, await as.signedIn(mallory))
  await another()
  assert.equal((await events(as, 'logout_delivered')).length, 0)
  assert.ok((await as.server.saveClient(app)).ok)
  as.later(31)
  await another()
  await receiver.until(1)
  assert.equal((await settled(as, 1))[0]?.outcome, 'done')

  for (const [index, status] of [303, 400].entries()) {
    receiver.status = status
    const by = await as.signedIn()
    await as.tokens({ scope: 'openid' }, app, by)
    await signOut(as, by)
    const [, ...last] = await settled(as, index + 2)
    assert.deepEqual([last.at(-1)?.outcome, last.at(-1)?.reason], ['refused', `status_${status}`])
    as.later(3600)
    await another()
  }
  assert.equal(receiver.heard.length, 3)
})

test('[OUT-BC-2.7-01] at sign-out the refresh token of a sign-in ends, one for offline access and those of plain OAuth stay', async (t) => {
  const { as, app, browser, tokens } = await open(t)
  const offline = await as.tokens({ scope: 'openid orders.read offline_access', prompt: 'consent' }, app, browser)
  const plain = await as.tokens({}, c1, browser)
  const elsewhere = await as.tokens({ scope: 'openid orders.read' }, app, await as.signedIn())
  const refresh = async ({ refresh_token }: { readonly refresh_token?: string }, client: typeof c1 | App) =>
    (await as.token({ grant_type: 'refresh_token', refresh_token }, client)).status
  await signOut(as, browser)

  assert.equal(await refresh(tokens, app), 400)
  assert.equal(await refresh(offline, app), 200)
  assert.equal(await refresh(plain, c1), 200)
  assert.equal(await refresh(elsewhere, app), 200)
  const ended = (await events(as, 'authorization_revoked')).map(({ reason }) => reason)
  assert.deepEqual(ended, ['signed_out'])
})

test('[OUT-BC-2.7-01] a code that the app comes with after the person signed out gives nothing, unless it is for offline access', async (t) => {
  const { as, app, browser } = await open(t)
  const code = await as.code({ scope: 'openid' }, app, browser)
  const lasting = await as.code({ scope: 'openid offline_access', prompt: 'consent' }, app, browser)
  const plain = await as.code({}, c1, browser)
  await signOut(as, browser)
  const refused = await as.redeem(code)

  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /invalid_grant.*HF-TOKEN-0211/)
  assert.equal((await as.redeem(lasting)).status, 200)
  assert.equal((await as.redeem(plain)).status, 200)
})

test('[OUT-BC-2.1-01] discovery says that apps are told, where OpenID Connect is on, and plain OAuth is told nothing', async (t) => {
  const { as, browser, receiver } = await open(t)
  const document = (await (await as.get('/.well-known/openid-configuration')).json()) as Record<string, unknown>
  const off = await startServer({ features: { openid: false } })
  t.after(off.close)
  const without = (await (await off.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>

  assert.equal(document['backchannel_logout_supported'], true)
  assert.equal(document['backchannel_logout_session_supported'], true)
  for (const member of ['end_session_endpoint', 'backchannel_logout_supported', 'backchannel_logout_session_supported'])
    assert.equal(without[member], undefined, member)
  await signOut(as, browser)
  await receiver.until(1)
  const other = await as.signedIn()
  await as.tokens({ scope: 'orders.read' }, o1, other)
  await signOut(as, other)
  assert.equal(receiver.heard.length, 1)
})

test('[OUT-BC-2.5-01] a backchannel_logout_uri is https without a fragment, on this machine in development also http', async (t) => {
  // req: RG-01
  const as = await startServer()
  t.after(as.close)
  const saved = async (uri: string) => (await as.server.saveClient({ ...o1, backchannel_logout_uri: uri })).ok

  assert.equal(await saved('https://open.example/out'), true)
  for (const uri of ['https://open.example/out#a', 'http://open.example/out', 'http://127.0.0.1/out', 'javascript:x'])
    assert.equal(await saved(uri), false, uri)
})

test('[OUT-BC-2.6-01] an app refuses whatever is not a fresh logout token for it', async (t) => {
  const { as, browser, receiver, tokens } = await open(t)
  await signOut(as, browser)
  await receiver.until(1)
  const [jwt = ''] = receiver.heard
  const check = (token: string, id = 'o1', algorithm = 'RS256') => checkLogoutToken(as, id, algorithm, token, new Set())
  const jtis = new Set<string>()

  assert.equal(typeof (await checkLogoutToken(as, 'o1', 'RS256', jwt, jtis)), 'object')
  assert.equal(await checkLogoutToken(as, 'o1', 'RS256', jwt, jtis), 'jti')
  assert.equal(await check(tokens.id_token), 'typ')
  assert.equal(await check(jwt, 'o2'), 'aud')
  assert.equal(await check(jwt, 'o1', 'ES256'), 'alg')
  assert.equal(await check(`${jwt.slice(0, -4)}AAAA`), 'signature')
  assert.equal(await checkLogoutToken({ ...as, issuer: 'https://other.example' }, 'o1', 'RS256', jwt, new Set()), 'iss')
  as.later(120)
  assert.equal(await check(jwt), 'exp')
})
