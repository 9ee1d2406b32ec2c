import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { formatCredential } from '../../../src/protocol/credential.ts'
import { assertRefused, nativeApp, startRegistration, webApp } from '../../support/registration.ts'
import type { Registration, RegistrationServer } from '../../support/registration.ts'
import { anEvent } from 'hufu/testing'

let as: RegistrationServer
before(async () => void (as = await startRegistration()))
after(() => as.close())

type Id = Parameters<RegistrationServer['store']['findClient']>[0]

const described = async (answer: Response) => {
  assert.equal(answer.status, 200, await answer.clone().text())
  assert.equal(answer.headers.get('cache-control'), 'no-store')

  return (await answer.json()) as Registration
}

/** What a client sends to change something: all of its metadata, with its id. */
const again = ({ client_id }: Registration, changes: object = {}) => ({ ...webApp, client_id, ...changes })

test('[DCR-7592-2.1-01] a client reads its registration as it was answered, without the secret', async () => {
  // req: DCR-7592-2-01
  const made = await as.register(webApp)
  const { client_secret, ...rest } = made

  assert.equal(typeof client_secret, 'string')
  assert.deepEqual(await described(await as.own(made)), rest)
})

test('[RG-11] whoever does not hold the token of this very client gets one and the same 401', async () => {
  // req: DCR-7592-2-01, DCR-7592-2.1-01
  const [made, other, gone] = [await as.register(webApp), await as.register(webApp), await as.register(webApp)]
  await as.own(gone, 'DELETE')
  const initial = 'hia_'.padEnd(74, 'A')
  const id = made.client_id.slice('app_'.length)
  const guessed = formatCredential('registration_access_token', { id, generation: 0, secret: randomBytes(32) })
  const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    as.send(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'PUT' && { body: JSON.stringify(again(made)) }),
    })
  const by = (token: string) => ({ authorization: `Bearer ${token}` })
  const { registration_client_uri: uri, registration_access_token: token } = made
  const unknown = `${as.issuer}/register/app_${'0'.repeat(32)}`
  const basic = `Basic ${Buffer.from(`${made.client_id}:${made.client_secret}`).toString('base64')}`

  const answers = []
  for (const method of ['GET', 'PUT', 'DELETE']) {
    answers.push(
      await ask(uri, {}, method),
      await ask(uri, by(other.registration_access_token), method),
      await ask(other.registration_client_uri, by(token), method),
      await ask(uri, by(initial), method),
      await ask(uri, by(guessed), method),
      await ask(uri, by(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`), method),
      await ask(uri, { authorization: basic }, method),
      await ask(uri, { authorization: token }, method),
      await ask(`${uri}?access_token=${token}&registration_access_token=${token}`, {}, method),
      await ask(gone.registration_client_uri, by(gone.registration_access_token), method),
      await ask(unknown, by(token), method),
      await ask(`${as.issuer}/register/c1`, by(token), method),
      await ask(`${as.issuer}/register/`, by(token), method),
      await ask(`${uri}/`, by(token), method),
      await ask(uri.replace('app_', 'APP_'), by(token), method),
    )
  }

  const texts = await Promise.all(answers.map((answer) => answer.clone().text()))
  assert.equal(new Set(texts).size, 1)
  for (const answer of answers) await assertRefused(answer, 401, 'invalid_token')
  assert.equal((await as.own(made)).status, 200)
  assert.equal((await as.own(other)).status, 200)
})

test('[DCR-7592-2.2-01] a replacement is the whole registration: what it leaves out is gone, id, token and secret stay', async () => {
  const made = await as.register({ ...webApp, tos_uri: 'https://charts.example/tos', contacts: ['a@charts.example'] })
  const { client_uri: _, ...rest } = webApp

  const changed = await described(
    await as.own(made, 'PUT', {
      ...rest,
      client_id: made.client_id,
      client_secret: made.client_secret,
      client_name: 'Charts',
    }),
  )

  assert.equal(changed['client_name'], 'Charts')
  assert.equal(changed['client_uri'], undefined)
  assert.equal(changed.client_id, made.client_id)
  assert.equal(changed.client_id_issued_at, made.client_id_issued_at)
  assert.equal(changed.registration_access_token, made.registration_access_token)
  assert.equal(changed.client_secret, undefined)
  assert.deepEqual(await described(await as.own(made)), changed)
  assert.equal((await as.tokens({ scope: 'orders.read' }, made)).token_type, 'Bearer')
})

test('[DCR-7592-2.2-01] a replacement names its own id, no secret of its choice, and nothing that only the server sets', async () => {
  const [made, other] = [await as.register(webApp), await as.register(webApp)]
  const { client_id: _, ...nameless } = again(made)
  const wrong: readonly [object, RegExp][] = [
    [nameless, /client_id/],
    [again(other), /client_id/],
    [again(made, { client_secret: 'one-of-my-own-choice-0123456789abcdef' }), /client_secret/],
    [again(made, { client_secret: '' }), /client_secret/],
    [again(made, { client_secret: other.client_secret }), /client_secret/],
    [again(made, { registration_access_token: made.registration_access_token }), /registration_access_token/],
    [again(made, { registration_client_uri: made.registration_client_uri }), /registration_client_uri/],
    [again(made, { client_secret_expires_at: 0 }), /client_secret_expires_at/],
    [again(made, { client_id_issued_at: 1 }), /client_id_issued_at/],
    [again(made, { client_uri: 'javascript:alert(1)' }), /client_uri/],
    [again(made, { token_endpoint_auth_method: 'none' }), /token_endpoint_auth_method/],
    [again(made, { client_name: 'СLIENT ОNE' }), /client_name/],
  ]

  for (const [body, member] of wrong)
    assert.match(await assertRefused(await as.own(made, 'PUT', body), 400, 'invalid_client_metadata'), member)
  await assertRefused(
    await as.own(made, 'PUT', again(made, { redirect_uris: ['http://evil.example/cb'] })),
    400,
    'invalid_redirect_uri',
  )
  const { client_secret: __, ...unchanged } = made
  assert.deepEqual(await described(await as.own(made)), unchanged)
})

test('[RG-02] a change makes no client wider than registering would', async () => {
  const narrow = await startRegistration({ registration: { scopes: ['orders.read'] } })
  const made = await narrow.register({ ...webApp, scope: 'orders.read' })

  const answer = await narrow.own(
    made,
    'PUT',
    again(made, {
      scope: 'orders.read jobs.run',
      grant_types: [...webApp.grant_types, 'client_credentials'],
      hufu_reviewed: true,
    }),
  )

  const changed = (await answer.json()) as Registration
  assert.deepEqual([changed.scope, changed['grant_types']], ['orders.read', webApp.grant_types])
  assert.equal((await narrow.store.findClient(made.client_id as Id))?.reviewed, false)
  await narrow.close()
})

test('[DCR-7592-2.2-01] a client that takes up keys has no secret any more, and a new one when it comes back', async () => {
  const made = await as.register(webApp)
  const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'one' }] }

  const keyed = await described(
    await as.own(made, 'PUT', again(made, { token_endpoint_auth_method: 'private_key_jwt', jwks })),
  )
  const refused = await as.token({ grant_type: 'refresh_token', refresh_token: 'x' }, made)
  const back = await described(await as.own(made, 'PUT', again(made)))

  assert.deepEqual([keyed['jwks'], keyed.client_secret_expires_at], [jwks, undefined])
  assert.equal(refused.status, 401)
  assert.match(back.client_secret ?? '', /^hcs_/)
  assert.notEqual(back.client_secret, made.client_secret)
  assert.equal((await as.tokens({ scope: 'orders.read' }, back)).token_type, 'Bearer')
})

test('[DCR-7592-2.3-01] a client that ends its registration is gone at once, with everything it was given', async () => {
  // req: DCR-7592-5-01
  const made = await as.register(webApp)
  const bystander = await as.register(webApp)
  const tokens = await as.tokens({ scope: 'orders.read' }, made)
  const spared = await as.tokens({ scope: 'orders.read' }, bystander)
  const waiting = await as.code({ scope: 'orders.read' }, made)
  const browser = await as.signedIn()
  const page = await browser.open(as.authorize({ scope: 'orders.read' }, made).url)
  assert.equal((await as.introspect(tokens.access_token))['active'], true)

  const answer = await as.own(made, 'DELETE')

  assert.deepEqual([answer.status, await answer.text(), answer.headers.get('cache-control')], [204, '', 'no-store'])
  assert.deepEqual(await as.introspect(tokens.access_token), { active: false })
  const failed = [
    await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, made),
    await as.redeem(waiting),
  ]
  for (const each of failed)
    assert.deepEqual([each.status, ((await each.json()) as { error: string }).error], [401, 'invalid_client'])
  const consented = await browser.submit(page, '/consent', { decision: 'allow' })
  assert.equal(consented.leavesFor, undefined)
  const begun = await as.walk(browser, as.authorize({ scope: 'orders.read' }, made).url)
  assert.deepEqual([begun.status, begun.leavesFor], [400, undefined])
  assert.match(begun.html, /HF-AUTHZ-0101/)
  assert.equal((await as.introspect(spared.access_token))['active'], true)
  await assertRefused(await as.own(made, 'DELETE'), 401, 'invalid_token')
})

test('[DCR-7592-2.3-01] other methods are told which ones there are', async () => {
  const made = await as.register(nativeApp)
  const answer = await as.own(made, 'POST', {})

  assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD, PUT, DELETE'])
})

test('[RG-10] a client changes its registration so often in a while, and no more: another still may', async () => {
  // req: DCR-3-02
  const [busy, other] = [await as.register(webApp), await as.register(webApp)]
  const change = (client: Registration, at: number) =>
    as.own(client, 'PUT', again(client, { client_name: `Charts ${at}` }))
  for (let at = 0; at < 20; at += 1) assert.equal((await change(busy, at)).status, 200)

  const refused = await change(busy, 20)
  const wait = Number(refused.headers.get('retry-after'))
  await assertRefused(refused, 429, 'temporarily_unavailable')
  assert.ok(wait >= 1 && wait <= 60)
  assert.equal((await described(await as.own(busy)))['client_name'], 'Charts 19')
  assert.equal((await change(other, 0)).status, 200)
  as.later(wait)
  assert.equal((await change(busy, 21)).status, 200)
})

test('[DCR-7592-2.1-01] a client that the operator disabled may not read or change anything', async () => {
  const made = await as.register(nativeApp)
  const client = await as.store.findClient(made.client_id as Id)
  await as.store.saveClient({ ...client!, disabledAt: as.clock.now() }, anEvent())

  for (const method of ['GET', 'PUT', 'DELETE'])
    await assertRefused(await as.own(made, method, method === 'PUT' ? again(made) : undefined), 403, 'access_denied')
  assert.notEqual((await as.store.findClient(made.client_id as Id))?.disabledAt, undefined)
})

test('[DCR-7592-5-01] a registration access token has 256 random bits, is kept as its hash, and does not grow old', async () => {
  const made = await as.register(nativeApp)
  const secret = Buffer.from(made.registration_access_token.slice(4), 'base64url').subarray(16, 48)
  const client = await as.store.findClient(made.client_id as Id)

  assert.equal(secret.length, 32)
  assert.match(client?.registration?.tokenHash ?? '', /^[0-9a-f]{64}$/)
  assert.ok(!JSON.stringify(client).includes(secret.toString('base64url')))
  await as.tokens({ scope: 'orders.read', redirect_uri: nativeApp.redirect_uris[0] }, made)
  as.later(29 * 86_400)
  assert.equal((await as.own(made)).status, 200)
})

test('[DCR-5-02] a client that nobody used is gone after a day, and heals by registering again', async () => {
  const made = await as.register(nativeApp)
  as.later(86_400)
  await as.store.prune(as.clock.now(), 1000)

  const page = await as.browser().open(as.authorize({ scope: 'orders.read' }, made).url)
  const token = await as.token({ grant_type: 'refresh_token', refresh_token: 'x' }, made)

  assert.equal(page.status, 400)
  assert.deepEqual([token.status, ((await token.json()) as { error: string }).error], [401, 'invalid_client'])
  const healed = await as.register(nativeApp)
  assert.notEqual(healed.client_id, made.client_id)
  assert.match((await as.tokens({ scope: 'orders.read' }, healed)).access_token, /^ey/)
})

test('[DCR-5-02] a client in use is never swept, while its refresh token is good', async () => {
  const made = await as.register(nativeApp)
  let { refresh_token } = await as.tokens({ scope: 'orders.read' }, made)
  for (let month = 0; month < 5; month += 1) {
    as.later(29 * 86_400)
    await as.store.prune(as.clock.now(), 1000)
    const answer = await as.token({ grant_type: 'refresh_token', refresh_token }, made)
    assert.equal(answer.status, 200, `after ${month + 1} months`)
    refresh_token = ((await answer.json()) as { refresh_token: string }).refresh_token
  }

  assert.equal((await as.own(made)).status, 200)
})

test('[LG-01] what happens to registrations is in the audit log, without a secret', async () => {
  const made = await as.register(webApp)
  await as.own(made, 'PUT', again(made, { redirect_uris: ['https://charts.example/other'] }))
  await as.own(made, 'GET', undefined, 'hra_wrong')
  await as.own(made, 'DELETE')

  const events = []
  for (let after: string | undefined; ; after = events.at(-1)?.id) {
    const page = await as.store.listAudit(after, 1000)
    events.push(...page)
    if (page.length < 1000) break
  }
  const own = events.filter(({ clientId }) => clientId === made.client_id).map(({ type, reason }) => [type, reason])
  assert.deepEqual(own, [
    ['client_registered', undefined],
    ['client_changed', 'redirect_uris'],
    ['client_removed', undefined],
  ])
  assert.equal(
    events.some(({ type }) => type === 'registration_refused'),
    true,
  )
  for (const secret of [made.client_secret!, made.registration_access_token])
    assert.ok(!JSON.stringify(events).includes(secret))
})

test('nothing of what was refused is a fault of the server', () => {
  assert.deepEqual(as.faults, [])
})
