import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../../../src/ports/store.ts'
import { alice, mallory } from '../../support/fixtures.ts'
import { addClient, identityServer, o1 } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { has, responseOf } from '../../support/server.ts'
import type { TestServer, TestServerOptions } from '../../support/server.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields, Page, UserAgent } from '../../support/user-agent.ts'

const bye = 'https://open.example/bye'
const o2 = { ...o1, client_id: 'o2', post_logout_redirect_uris: [bye, 'https://open.example/bye?from=hufu'] }
const pairwise = { ...o2, client_id: 'o3', subject_type: 'pairwise' }

interface Setting {
  readonly as: TestServer
  readonly browser: UserAgent
  readonly hint: string
}

/** Alice has signed in to the app. */
async function signedInto(
  t: Parameters<typeof identityServer>[0],
  client: typeof o2 = o2,
  options: TestServerOptions = {},
): Promise<Setting> {
  const as = await identityServer(t, options)
  await addClient(as, o2)
  await addClient(as, pairwise)
  const browser = await as.signedIn()
  const { id_token: hint } = (await as.tokens({ scope: 'openid' }, client, browser)) as TokensWithId

  return { as, browser, hint }
}

const addressOf = (as: TestServer, given: Fields) => `${as.issuer}/end-session?${toForm(given)}`
const open = ({ as, browser }: Setting, given: Fields) => browser.open(addressOf(as, given))

async function isSignedIn({ as, browser }: Setting): Promise<boolean> {
  return has(await browser.open(`${as.issuer}/sign-out`), '/sign-out')
}

const refusal = (page: Page) => [page.status, page.leavesFor, /HF-LOGOUT-\d+/.exec(page.html)?.[0]] as const

test('[OUT-RP-2-01] discovery names the endpoint, where OpenID Connect is on', async (t) => {
  const as = await identityServer(t)
  const plain = await identityServer(t, { features: { openid: false } }).catch(() => undefined)
  const document = (await (await as.get('/.well-known/openid-configuration')).json()) as Record<string, unknown>

  assert.equal(document['end_session_endpoint'], `${as.issuer}/end-session`)
  assert.equal((await plain?.get('/end-session'))?.status ?? 404, 404)
})

for (const client of [o2, pairwise])
  test(`[OUT-RP-2-03] with an ID token of this very session the person is signed out at once and goes back (${client.client_id})`, async (t) => {
    // req: OUT-RP-3-01, OUT-RP-4-01
    const setting = await signedInto(t, client)
    const page = await open(setting, { id_token_hint: setting.hint, post_logout_redirect_uri: bye, state: 'a b&c' })

    assert.equal(page.status, 303)
    assert.equal(page.leavesFor, `${bye}?state=a+b%26c`)
    assert.equal(await isSignedIn(setting), false)
    const again = await open(setting, { id_token_hint: setting.hint, post_logout_redirect_uri: bye })
    assert.equal(again.leavesFor, bye)
    const [event] = (await setting.as.store.listAudit(undefined, 1000)).filter(({ type }) => type === 'sign_out')
    assert.equal(event?.clientId, client.client_id)
    assert.equal(event?.outcome, 'done')
  })

test('[OUT-RP-3-01] the query of the registered address stays, and nothing is added where there is no state', async (t) => {
  const setting = await signedInto(t)
  const uri = o2.post_logout_redirect_uris[1]!
  const hinted = { id_token_hint: setting.hint, post_logout_redirect_uri: uri }

  assert.equal((await open(setting, hinted)).leavesFor, uri)
  assert.equal((await open(setting, { ...hinted, state: 's' })).leavesFor, `${uri}&state=s`)
})

test('[OUT-RP-2-03] without a hint the person is asked, and signed out by their own answer alone', async (t) => {
  // req: UI-10, OUT-RP-2-01
  const setting = await signedInto(t)
  const page = await open(setting, { client_id: 'o2', post_logout_redirect_uri: bye, state: 's', ui_locales: 'zh-CN' })

  assert.equal(page.status, 200)
  assert.equal(page.leavesFor, undefined)
  assert.match(page.html, /lang="zh-CN"/)
  assert.match(page.html, /Open One/)
  assert.equal(await isSignedIn(setting), true)
  const after = await setting.browser.submit(page, '/end-session')
  // A form post ends with the hand-off page.
  assert.equal(after.status, 200)
  assert.equal(after.leavesFor, `${bye}?state=s`)
  assert.match(after.headers.get('content-security-policy') ?? '', /form-action 'none'/)
  assert.equal(await isSignedIn(setting), false)
})

test('[OUT-RP-3-01] nobody is sent on where no client is named, or one without an ID token that nobody reviewed', async (t) => {
  const setting = await signedInto(t)
  await addClient(setting.as, { ...o2, client_id: 'o4', hufu_reviewed: false })

  for (const asked of [{}, { client_id: 'o4' }]) {
    const browser = await setting.as.signedIn(mallory)
    const page = await browser.open(addressOf(setting.as, { ...asked, post_logout_redirect_uri: bye }))
    const after = await browser.submit(page, '/end-session')
    assert.equal(after.status, 200)
    assert.equal(after.leavesFor, undefined)
    assert.doesNotMatch(after.html, /open\.example/)
  }
})

test('[UI-10] to a client that nobody reviewed a person goes by their own click, also with an ID token', async (t) => {
  const setting = await signedInto(t)
  await addClient(setting.as, { ...o2, client_id: 'o4', hufu_reviewed: false })
  const { id_token } = (await setting.as.tokens(
    { scope: 'openid' },
    { ...o2, client_id: 'o4' },
    setting.browser,
  )) as TokensWithId
  const page = await open(setting, { id_token_hint: id_token, post_logout_redirect_uri: bye })

  assert.equal(page.status, 200)
  assert.equal(page.leavesFor, undefined)
  assert.match(page.html, new RegExp(`id="continue" href="${bye}"`))
})

test('[UI-10] a hint of another person or of another session signs nobody out: the person is asked', async (t) => {
  // req: OUT-RP-2-03
  const setting = await signedInto(t)
  const elsewhere = await setting.as.signedIn(alice)
  const other = await setting.as.signedIn(mallory)

  for (const browser of [elsewhere, other]) {
    const page = await browser.open(
      addressOf(setting.as, { id_token_hint: setting.hint, post_logout_redirect_uri: bye }),
    )
    assert.ok(has(page, '/end-session'))
    assert.equal(page.leavesFor, undefined)
    assert.equal(await isSignedIn({ ...setting, browser }), true)
  }
})

test('[OUT-RP-2-02] an ID token that has expired is a hint all the same', async (t) => {
  const setting = await signedInto(t)
  setting.as.later(6 * 3600)
  const page = await open(setting, { id_token_hint: setting.hint, client_id: 'o2', post_logout_redirect_uri: bye })

  assert.equal(page.leavesFor, bye)
  assert.equal(await isSignedIn(setting), false)
})

test('[OUT-RP-4-01] whatever is wrong with the request: a page, no redirect, and the person stays signed in', async (t) => {
  // req: OUT-RP-2-02, OUT-RP-3-01, UI-10, BCP-2.1-02
  const setting = await signedInto(t)
  const { as, browser, hint } = setting
  const { access_token } = await as.tokens({ scope: 'openid' }, o2, browser)
  const foreign = (await signedInto(t)).hint.replace(/\.[^.]+$/, `.${hint.split('.')[2]}`)
  const given = { id_token_hint: hint, post_logout_redirect_uri: bye, state: 's' }
  const cases: readonly (readonly [Fields, string])[] = [
    [{ ...given, client_id: 'o3' }, 'HF-LOGOUT-0803'],
    [{ client_id: 'nobody', post_logout_redirect_uri: bye }, 'HF-LOGOUT-0803'],
    [{ ...given, id_token_hint: `${hint.slice(0, -8)}AAAAAAAA` }, 'HF-LOGOUT-0802'],
    [{ ...given, id_token_hint: foreign }, 'HF-LOGOUT-0802'],
    [{ ...given, id_token_hint: access_token }, 'HF-LOGOUT-0802'],
    [{ ...given, id_token_hint: 'alice' }, 'HF-LOGOUT-0802'],
    [{ ...given, post_logout_redirect_uri: 'https://evil.example/' }, 'HF-LOGOUT-0804'],
    [{ ...given, post_logout_redirect_uri: o2.redirect_uris[0] }, 'HF-LOGOUT-0804'],
    [{ ...given, post_logout_redirect_uri: `${bye}/` }, 'HF-LOGOUT-0804'],
    [{ client_id: 'o2', post_logout_redirect_uri: 'https://evil.example/' }, 'HF-LOGOUT-0804'],
    [{ ...given, post_logout_redirect_uri: [bye, 'https://evil.example/'] }, 'HF-LOGOUT-0801'],
    [{ ...given, state: 'é' }, 'HF-LOGOUT-0801'],
  ]

  for (const [fields, id] of cases) assert.deepEqual(refusal(await open(setting, fields)), [400, undefined, id], id)
  assert.equal(await isSignedIn(setting), true)
  await as.disable(o2)
  assert.deepEqual(refusal(await open(setting, given)), [400, undefined, 'HF-LOGOUT-0803'])
  assert.equal(await isSignedIn(setting), true)
})

test('[OUT-RP-2-02] an ID token of another issuer is no hint', async (t) => {
  // req: UI-10
  const setting = await signedInto(t)
  const other = await signedInto(t)
  const as = await identityServer(t, { issuer: 'https://other.example' })
  await addClient(as, o2)
  const { id_token } = (await as.tokens({ scope: 'openid' }, o2)) as TokensWithId

  assert.deepEqual(refusal(await open(setting, { id_token_hint: id_token })), [400, undefined, 'HF-LOGOUT-0802'])
  assert.notEqual(other.hint, setting.hint)
  assert.equal(await isSignedIn(setting), true)
})

test('[UI-10] a picture or a frame with the right hint signs nobody out', async (t) => {
  const setting = await signedInto(t)
  const cookie = Array.from(setting.browser.cookies, ([name, value]) => `${name}=${value}`).join('; ')

  for (const kind of ['image', 'iframe', 'script']) {
    const answer = await setting.as.get(addressOf(setting.as, { id_token_hint: setting.hint }), {
      cookie,
      'sec-fetch-dest': kind,
      'sec-fetch-site': 'cross-site',
    })
    assert.equal(answer.status, 200, kind)
    assert.equal(await isSignedIn(setting), true, kind)
  }
})

test('[OUT-RP-2-01] by POST it is the same: from another site, without the cookie, it goes on by GET', async (t) => {
  const setting = await signedInto(t)
  const { as, browser } = setting
  const fields = { id_token_hint: setting.hint, post_logout_redirect_uri: bye, state: 's', unknown: 'x' }
  const crossSite = await as.send('/end-session', {
    method: 'POST',
    body: toForm(fields),
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://open.example' },
  })
  const { unknown: _, ...kept } = fields

  assert.equal(crossSite.status, 303)
  assert.equal(crossSite.headers.get('set-cookie'), null)
  assert.deepEqual(Object.fromEntries(new URL(crossSite.headers.get('location') ?? '').searchParams), kept)
  const page = await browser.post(`${as.issuer}/end-session`, fields)
  assert.equal(page.leavesFor, `${bye}?state=s`)
  assert.equal(await isSignedIn(setting), false)
})

test('[UI-01] a form that was made for another browser, session or purpose signs nobody out', async (t) => {
  const setting = await signedInto(t)
  const { as, browser } = setting
  const stranger = await as.signedIn(mallory)
  const theirs = await stranger.open(addressOf(as, {}))
  const mine = await browser.open(`${as.issuer}/sign-out`)
  const csrfOf = (page: Page) => page.forms.flatMap(({ fields }) => fields).find(([name]) => name === 'csrf')?.[1]

  for (const csrf of [csrfOf(theirs), csrfOf(mine), 'x']) {
    const page = await browser.post(`${as.issuer}/end-session`, { csrf })
    assert.ok(has(page, '/end-session'))
    assert.equal(await isSignedIn(setting), true)
  }
  const right = csrfOf(await browser.open(addressOf(as, {})))
  await browser.post(`${as.issuer}/end-session`, { csrf: right }, { 'sec-fetch-site': 'cross-site' })
  assert.equal(await isSignedIn(setting), true)
})

test('[OUT-RP-4-01] who is signed out already is told so, or goes back, and that is no error', async (t) => {
  const setting = await signedInto(t)
  const nobody = setting.as.browser()
  const alone = await nobody.open(addressOf(setting.as, {}))
  const named = await nobody.open(addressOf(setting.as, { client_id: 'o2', post_logout_redirect_uri: bye }))

  assert.equal(alone.status, 200)
  assert.equal(alone.leavesFor, undefined)
  // Without an ID token it may be anybody's link, so the person opens it.
  assert.equal(named.status, 200)
  assert.equal(named.leavesFor, undefined)
  assert.match(named.html, new RegExp(`id="continue" href="${bye}"`))
  assert.ok(!responseOf(named).has('state'))
})

test('[IN-11] where the store cannot end the session it is 503, and nobody is said to be signed out or sent on', async (t) => {
  let broken = false
  const setting = await signedInto(t, o2, {
    wrapStore: (store) => ({
      ...store,
      endSession: async (...given) => {
        if (broken) throw new StoreUnavailable('not now')
        return store.endSession(...given)
      },
    }),
  })
  broken = true
  const page = await open(setting, { id_token_hint: setting.hint, post_logout_redirect_uri: bye })

  assert.equal(page.status, 503)
  assert.equal(page.leavesFor, undefined)
  assert.equal(page.headers.get('retry-after'), '1')
  assert.equal(await isSignedIn(setting), true)
  broken = false
  assert.equal((await open(setting, { id_token_hint: setting.hint, post_logout_redirect_uri: bye })).leavesFor, bye)
})
