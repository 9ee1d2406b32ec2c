import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { anEvent } from 'hufu/testing'
import { begin, begun, decide, deviceGrantType, poll } from '../../support/device.ts'
import { accessTokenType, exchange, orders } from '../../support/exchange.ts'
import * as cast from '../../support/fixtures.ts'
import { addClient, o1, userInfo } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { push, pushed } from '../../support/push.ts'
import { has, proofOf, responseOf, startServer } from '../../support/server.ts'
import type { TestServer, TestServerOptions } from '../../support/server.ts'
import { serverOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields, UserAgent } from '../../support/user-agent.ts'

/*
 * Somebody's access is ended: a client or an account is disabled, a password changed, an authorization removed. Whatever
 * was given before is tried at every endpoint there is, since a check that is missing at one of them is a way around all
 * the others.
 */

/** An app that may do everything there is. */
const app = {
  ...o1,
  client_id: 'app',
  grant_types: [...o1.grant_types, deviceGrantType],
  hufu_default_resource: cast.r1,
} as const
const scope = 'openid orders.read'
const features = { deviceGrant: true, tokenExchange: true } as const

/** All that one person and one app have of each other. */
interface Held {
  readonly as: TestServer
  readonly by: UserAgent
  readonly tokens: TokensWithId
  readonly opaque: string
  readonly exchanged: string
  readonly subjectToken: string
  readonly ask: Readonly<Record<string, () => Promise<string>>>
}

const told = async (answer: Response) => {
  const text = await answer.text()
  const { error, active } = (text.startsWith('{') ? JSON.parse(text) : {}) as { error?: string; active?: boolean }

  return [answer.status, error, active].filter((each) => each !== undefined).join(' ')
}

async function everything(t: TestContext, options: TestServerOptions = {}): Promise<Held> {
  const as = await serverOf(t, { features, ...options })
  const rules = [{ to: cast.r1 }]
  for (const client of [app, { ...orders, hufu_resources: [cast.r1], hufu_token_exchange: rules }])
    await addClient(as, client)
  const api = { ...cast.api1, hufu_resources: [cast.r1, cast.r2] }
  await addClient(as, api)
  const by = await as.signedIn()
  const tokens = (await as.tokens({ scope }, app, by)) as TokensWithId
  const subjectToken = await as.at({ scope }, app)
  const { access_token: ofMallory } = await as.tokens({}, cast.c1, await as.signedIn(cast.mallory))
  const bill = { scope: 'bills.read', resource: cast.r2 }
  await addClient(as, { ...app, scope: `${app.scope} bills.read` })
  const opaque = await as.at(bill, app)
  const answered = await exchange(as, subjectToken, orders, { resource: cast.r1 })
  const exchanged = ((await answered.json()) as { access_token: string }).access_token
  const code = await as.code({ scope }, app, by)
  const reference = await pushed(as, { scope }, app)
  const [device, waiting] = [await begun(as, { scope }, app), await begun(as, { scope }, app)]
  await decide(as, device, 'allow', { by })
  const page = await by.open(as.authorize({ scope, prompt: 'consent' }, app).url)
  as.later(1)

  const post = (path: string, form: Fields, client: cast.TestClient) =>
    as.send(path, {
      method: 'POST',
      body: toForm({ ...proofOf(client).form, ...form }),
      headers: proofOf(client).headers,
    })
  const seen = (token: string) => async () => told(await post('/introspect', { token }, api))
  const leaves = async (url: string) => {
    const { status, leavesFor } = await by.open(url)
    const answer = responseOf({ leavesFor })

    return answer.has('code') ? 'a code' : `${status} ${answer.get('error') ?? 'no answer'}`
  }

  const ask: Held['ask'] = {
    'introspection of a JWT': seen(tokens.access_token),
    'introspection of an opaque token': seen(opaque),
    'introspection of an exchanged token': seen(exchanged),
    'introspection of one’s own refresh token': async () =>
      told(await post('/introspect', { token: tokens.refresh_token }, app)),
    UserInfo: async () => told(await userInfo(as, tokens.access_token)),
    'exchange of a token': async () => told(await exchange(as, subjectToken, orders, { resource: cast.r1 })),
    'exchange with an actor': async () =>
      told(
        await exchange(as, ofMallory, orders, {
          resource: cast.r1,
          actor_token: subjectToken,
          actor_token_type: accessTokenType,
        }),
      ),
    'a device that was allowed': async () => told(await poll(as, device, app)),
    'a device that begins': async () => told(await begin(as, { scope }, app)),
    'a device that waits': async () => told(await poll(as, waiting, app)),
    refresh: async () =>
      told(await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, app)),
    'a code': async () => told(await as.redeem(code)),
    'a push': async () => told(await push(as, { scope }, app)),
    revocation: async () => told(await post('/revoke', { token: tokens.access_token }, app)),
    'a pushed request': () => leaves(reference.url),
    'an authorization request': () => leaves(as.authorize({ scope, prompt: 'none' }, app).url),
    'an answer on a page of before': async () => {
      const after = has(page, '/consent') ? await by.submit(page, '/consent', { decision: 'allow' }) : page

      return responseOf(after).has('code') ? 'a code' : `${after.status} no answer`
    },
  }

  return { as, by, tokens, opaque, exchanged, subjectToken, ask }
}

async function answersOf({ ask }: Held): Promise<Record<string, string>> {
  const answers: Record<string, string> = {}
  for (const [name, send] of Object.entries(ask)) answers[name] = await send()

  return answers
}

const inactive = {
  'introspection of a JWT': '200 false',
  'introspection of an opaque token': '200 false',
  'introspection of an exchanged token': '200 false',
  'introspection of one’s own refresh token': '200 false',
  UserInfo: '401 invalid_token',
  'exchange of a token': '400 invalid_request',
  'exchange with an actor': '400 invalid_request',
  'a device that was allowed': '400 invalid_grant',
  refresh: '400 invalid_grant',
  'a code': '400 invalid_grant',
}
const stays = {
  'a device that begins': '200',
  'a device that waits': '400 authorization_pending',
  'a push': '201',
  revocation: '200',
}

test('[RT-13] as long as nothing is ended, all of it is good', async (t) => {
  const answers = await answersOf(await everything(t))

  assert.deepEqual(answers, {
    'introspection of a JWT': '200 true',
    'introspection of an opaque token': '200 true',
    'introspection of an exchanged token': '200 true',
    'introspection of one’s own refresh token': '200 true',
    UserInfo: '200',
    'exchange of a token': '200',
    'exchange with an actor': '200',
    'a device that was allowed': '200',
    'a device that begins': '200',
    'a device that waits': '400 authorization_pending',
    refresh: '200',
    'a code': '200',
    'a push': '201',
    revocation: '200',
    'a pushed request': 'a code',
    'an authorization request': 'a code',
    'an answer on a page of before': 'a code',
  })
})

test('[RT-13] a client that is disabled has nothing any more at any endpoint, nor does anybody by what it was given', async (t) => {
  // req: GR-04, IN-07, RG-11
  const held = await everything(t)
  await held.as.disable(app)
  const answers = await answersOf(held)

  assert.deepEqual(answers, {
    ...inactive,
    'introspection of one’s own refresh token': '401 invalid_client',
    'a device that was allowed': '401 invalid_client',
    'a device that begins': '401 invalid_client',
    'a device that waits': '401 invalid_client',
    refresh: '401 invalid_client',
    'a code': '401 invalid_client',
    'a push': '401 invalid_client',
    revocation: '401 invalid_client',
    'a pushed request': '400 no answer',
    'an authorization request': '400 no answer',
    'an answer on a page of before': '400 no answer',
  })
})

test('[RT-13] an account that is disabled has nothing any more at any endpoint', async (t) => {
  // req: GR-04, IN-07
  const held = await everything(t)
  const account = (await held.as.store.findAccountByUsername('alice' as never))!
  await held.as.store.saveAccount({ ...account, disabledAt: held.as.clock.now() }, 'alice', anEvent())
  const answers = await answersOf(held)

  assert.deepEqual(answers, {
    ...inactive,
    ...stays,
    'a pushed request': '200 no answer',
    'an authorization request': '303 login_required',
    'an answer on a page of before': '200 no answer',
  })
})

test('[RT-13] a password that is changed ends what was given before at every endpoint', async (t) => {
  // req: GR-04, IN-07
  const held = await everything(t)
  await held.as.server.saveAccount({ ...cast.alice, password: 'hufucanary_other_password_of_alice' })
  const answers = await answersOf(held)

  assert.deepEqual(answers, {
    ...inactive,
    ...stays,
    'a pushed request': '200 no answer',
    'an authorization request': '303 login_required',
    'an answer on a page of before': '200 no answer',
  })
})

/** An instant as an operator writes it. */
const written = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

test('[IN-05] a cut-off of a client ends what it was given before at every endpoint, and a seed of before does not undo it', async (t) => {
  // req: GR-04
  const held = await everything(t)
  const { as } = held
  as.later(1)
  const metadata = { ...app, scope: `${app.scope} bills.read` }
  await addClient(as, { ...metadata, hufu_valid_after: written(as.clock.now()) })
  await addClient(as, metadata)
  const answers = await answersOf(held)

  assert.deepEqual(answers, {
    ...inactive,
    ...stays,
    'a pushed request': 'a code',
    'an authorization request': 'a code',
    'an answer on a page of before': 'a code',
  })
  const fresh = (await as.tokens({ scope }, app, held.by)) as TokensWithId
  assert.equal((await as.introspect(fresh.access_token))['active'], true)
  assert.equal((await as.introspect(await as.at()))['active'], true)
})

test('[IN-05] a cut-off of the server ends what anybody was given before, sessions too, and nothing that comes after', async (t) => {
  // req: GR-04
  const secret = 'c2VjcmV0LW9mLXRoZS1zZXJ2ZXItMzItb2N0ZXRzLWxvbmc'
  const before = await serverOf(t, { features, secret })
  await addClient(before, app)
  const by = await before.signedIn()
  const tokens = (await before.tokens({ scope }, app, by)) as TokensWithId
  const code = await before.code({ scope }, app, by)
  const machine = await before.token({ grant_type: 'client_credentials' }, cast.m1)
  const { access_token: ofMachine } = (await machine.json()) as { access_token: string }
  before.later(2)
  const after = await serverOf(t, {
    features,
    secret,
    store: before.store,
    validAfter: written(before.clock.now() - 1000),
  })
  after.clock.set(before.clock.now())
  await addClient(after, app)

  for (const token of [tokens.access_token, ofMachine])
    assert.deepEqual(await after.introspect(token), { active: false })
  assert.equal((await userInfo(after, tokens.access_token)).status, 401)
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  assert.equal(await told(await after.token(refresh, app)), '400 invalid_grant')
  assert.equal(await told(await after.redeem(code)), '400 invalid_grant')
  const session = Array.from(by.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  const silent = await after.get(new URL(after.authorize({ scope, prompt: 'none' }, app).url).href, { cookie: session })
  assert.match(silent.headers.get('location') ?? '', /error=login_required/)
  assert.equal((await after.introspect(await after.at({ scope }, app)))['active'], true)
})

test('[IN-05] a cut-off that is no date is refused, for a client and for the server', async (t) => {
  const as = await serverOf(t)
  const saved = await as.server.saveClient({ ...app, grant_types: o1.grant_types, hufu_valid_after: 'yesterday' })

  assert.match(saved.ok ? '' : saved.error, /^hufu_valid_after: must be a date/)
  await assert.rejects(startServer({ validAfter: '2026-02-30x' }), /^Error: validAfter: must be a date/)
})

test('[CA-14] a certificate that a client itself writes into a header is none, at any endpoint', async (t) => {
  const as = await serverOf(t)
  const pem = encodeURIComponent('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')
  const token = await as.at()

  for (const name of [
    'client-cert',
    'x-client-cert',
    'x-ssl-client-cert',
    'x-forwarded-client-cert',
    'ssl-client-cert',
  ])
    for (const [path, form] of [
      ['/token', { grant_type: 'client_credentials', client_id: 'm1' }],
      ['/introspect', { token, client_id: 'api1' }],
      ['/revoke', { token, client_id: 'c1' }],
      ['/par', { client_id: 'c1' }],
    ] as const) {
      const headers = { [name]: name === 'client-cert' ? ':MIIB:' : pem, 'x-ssl-client-verify': 'SUCCESS' }
      const answer = await as.send(path, { method: 'POST', body: toForm(form), headers })
      assert.equal(await told(answer), '401 invalid_client', `${name} ${path}`)
      const proved = await as.token({ grant_type: 'client_credentials' }, cast.m1, headers)
      const { access_token } = (await proved.json()) as { access_token: string }
      const payload = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString()) as object
      assert.equal(Object.hasOwn(payload, 'cnf'), false)
    }
  assert.equal((await as.introspect(token))['active'], true)
})
