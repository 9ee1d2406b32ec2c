import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEvent } from 'hufu/testing'
import * as cast from '../../support/fixtures.ts'
import type { TestServer, TestServerOptions } from '../../support/server.ts'
import { assertRefused, assertTokens, serverOf, withOtherSecret } from '../../support/token-oracles.ts'

const grant_type = 'authorization_code'
const otherVerifier = 'another-verifier-that-is-long-enough-to-be-one'
const seconds = (count: number) => count as Parameters<TestServer['clock']['advance']>[0]

/** Changes the last character of the part before the checksum, or any other, to a different one of the alphabet. */
const changed = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)

test('[O21-4.1.3-01] a code that is missing is invalid_request; unknown, used, foreign or of another kind, invalid_grant', async (t) => {
  // req: CD-04, CD-07, O21-4.1.3-05
  const as = await serverOf(t)
  const { access_token, refresh_token } = await as.tokens()
  const code = await as.code()
  as.writes.length = 0

  await assertRefused(await as.token({ grant_type, code_verifier: code.verifier }), 400, 'invalid_request')
  for (const given of [
    'x',
    'hac_',
    'hac_x',
    access_token,
    refresh_token,
    code.code.replace('hac_', 'hrt_'),
    code.code.slice(4),
  ])
    await assertRefused(await as.redeem(code, { code: given }), 400, 'invalid_grant', given)
  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))
  await assertRefused(await as.redeem(code), 400, 'invalid_grant')
})

test('[CD-01] a code is good once; using it again ends everything that came of it', async (t) => {
  // req: O21-4.1.3-03, O21-4.1.3-04, BCP-4.2.4-03, L20-6749-4.1.2-01, D2
  const as = await serverOf(t)
  const code = await as.code()
  const first = await assertTokens(await as.redeem(code))
  const next = await assertTokens(await as.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token }))
  assert.equal((await as.introspect(next.access_token))['active'], true)

  const { error_description } = await assertRefused(await as.redeem(code), 400, 'invalid_grant')

  assert.match(error_description, /^HF-TOKEN-0203/)
  for (const { access_token, refresh_token } of [first, next]) {
    assert.deepEqual(await as.introspect(access_token), { active: false })
    await assertRefused(await as.token({ grant_type: 'refresh_token', refresh_token }), 400, 'invalid_grant')
  }
})

test('[CD-03] a string that resembles a used code, in any place, has no effect on what came of it', async (t) => {
  // req: CD-11, O21-1.4-03
  const as = await serverOf(t)
  const code = await as.code()
  const { access_token } = await assertTokens(await as.redeem(code))
  as.writes.length = 0

  for (let at = 0; at < code.code.length; at++)
    await assertRefused(await as.redeem(code, { code: changed(code.code, at) }), 400, 'invalid_grant')
  await assertRefused(await as.redeem(code, { code: withOtherSecret(code.code) }), 400, 'invalid_grant')

  assert.deepEqual(as.writes, [])
  assert.equal((await as.introspect(access_token))['active'], true)
})

test('[CD-03] a code with the right id and checksum, yet another secret, neither redeems nor burns the real one', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()
  as.writes.length = 0
  const forged = withOtherSecret(code.code)
  assert.equal(withOtherSecret(forged), code.code, 'nothing but the secret is wrong with it')

  await assertRefused(await as.redeem(code, { code: forged }), 400, 'invalid_grant')
  await assertRefused(await as.redeem({ ...code, client: cast.c2 }, { code: forged }), 400, 'invalid_grant')
  await assertRefused(await as.redeem(code, { code: forged, code_verifier: otherVerifier }), 400, 'invalid_grant')
  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))
})

test('[CD-11] a code that is cut, lengthened, padded or in other letters is not the code, and does not spoil it', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()
  as.writes.length = 0
  const { code: text } = code
  const cuts = Array.from({ length: text.length }, (_, at) => text.slice(0, at)).filter((each) => each !== '')

  for (const given of [
    ...cuts,
    `${text}A`,
    `${text}=`,
    `${text} `,
    ` ${text}`,
    text.toUpperCase(),
    text.toLowerCase(),
    text + text,
  ])
    await assertRefused(await as.redeem(code, { code: given }), 400, 'invalid_grant', given)
  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))
})

test('[O21-7.5.3-01] a replay with a wrong verifier, of another client or without the right secret ends nothing', async (t) => {
  // req: BCP-4.2.4-03
  const as = await serverOf(t)
  const code = await as.code()
  const { access_token, refresh_token } = await assertTokens(await as.redeem(code))
  as.writes.length = 0
  const { code: used, verifier: code_verifier } = code

  await assertRefused(await as.redeem(code, { code_verifier: otherVerifier }), 400, 'invalid_grant')
  await assertRefused(await as.redeem(code, { code_verifier: undefined }), 400, 'invalid_grant')
  await assertRefused(await as.token({ grant_type, code: used, code_verifier }, cast.c2), 400, 'invalid_grant')
  await assertRefused(await as.token({ grant_type, code: used, code_verifier }, cast.p1), 400, 'invalid_grant')
  const wrong = { ...cast.c1, client_secret: 'wrong' }
  await assertRefused(await as.token({ grant_type, code: used, code_verifier }, wrong), 401, 'invalid_client')

  assert.deepEqual(as.writes, [])
  assert.equal((await as.introspect(access_token))['active'], true)
  await assertTokens(await as.token({ grant_type: 'refresh_token', refresh_token }))
})

test('[PK-02] without its verifier, or with an empty one, a code is refused and can never succeed again', async (t) => {
  // req: BCP-2.1.1-02, BCP-4.8.2-01, R2, D1
  const as = await serverOf(t)

  for (const client of [cast.c1, cast.p1]) {
    for (const code_verifier of [undefined, '']) {
      const code = await as.code({}, client)
      await assertRefused(await as.redeem(code, { code_verifier }), 400, 'invalid_grant')
      await assertRefused(await as.redeem(code), 400, 'invalid_grant')
    }
  }
})

test('[PK-06] the first wrong verifier burns the code, so that no second one can be tried', async (t) => {
  // req: O21-4.1.3-05, O21-4.1.3-06, L20-7636-4.6-01, D1
  const as = await serverOf(t)
  const code = await as.code()

  const oneOff = changed(code.verifier, code.verifier.length - 2)
  await assertRefused(await as.redeem(code, { code_verifier: oneOff }), 400, 'invalid_grant')
  assert.deepEqual(as.writes.at(-1), 'burnCode')
  await assertRefused(await as.redeem(code), 400, 'invalid_grant', 'even with the right one')
})

test('[PK-05] a verifier of 42 or 129 characters, with others than unreserved ones, is refused before the code is looked at', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()
  as.writes.length = 0

  for (const code_verifier of [
    'a'.repeat(42),
    'a'.repeat(129),
    `${'a'.repeat(43)}=`,
    `${'a'.repeat(43)}+`,
    `${'a'.repeat(43)} `,
    `${'a'.repeat(42)}/`,
  ])
    await assertRefused(await as.redeem(code, { code_verifier }), 400, 'invalid_request', code_verifier)
  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))

  for (const length of [43, 128]) {
    const wellFormed = await as.redeem(await as.code(), { code_verifier: 'a'.repeat(length) })
    await assertRefused(wellFormed, 400, 'invalid_grant')
  }
})

test('[PK-05] the challenge itself is not a verifier', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()
  const code_challenge = new URL(code.url).searchParams.get('code_challenge')!

  await assertRefused(await as.redeem(code, { code_verifier: code_challenge }), 400, 'invalid_grant')
})

test('[PK-03] a code without a challenge is never redeemed: with a verifier invalid_request, without one invalid_grant', async (t) => {
  // req: O21-4.1.3-07, O21-3.2.4-03, BCP-2.1.1-03, BCP-4.8.2-01, R2
  // An old row: today no request without a challenge gets this far.
  const forgetChallenge: TestServerOptions['wrapStore'] = (store) => ({
    ...store,
    issueCode: (code, ...rest) => store.issueCode({ ...code, challenge: undefined }, ...rest),
  })
  const as = await serverOf(t, { wrapStore: forgetChallenge })
  const code = await as.code()
  as.writes.length = 0

  await assertRefused(await as.redeem(code), 400, 'invalid_request')
  await assertRefused(await as.redeem(code, { code_verifier: undefined }), 400, 'invalid_grant')
  assert.deepEqual(as.writes, [])
})

test('[O21-10.2-01] redirect_uri at the token endpoint may be left out; if it is sent, it is the one of the request', async (t) => {
  // req: L20-6749-4.1.3-01, RU-11
  const as = await serverOf(t)
  const [redirect_uri] = cast.c1.redirect_uris

  await assertTokens(await as.redeem(await as.code(), { redirect_uri }))
  await assertTokens(await as.redeem(await as.code()))
  const code = await as.code()
  for (const other of [
    'https://other.example/cb',
    `${redirect_uri}/`,
    `${redirect_uri}?`,
    redirect_uri.toUpperCase(),
    'x',
  ])
    await assertRefused(await as.redeem(code, { redirect_uri: other }), 400, 'invalid_grant', other)
  await assertTokens(await as.redeem(code, { redirect_uri }))

  const several = await as.code({ redirect_uri: cast.p1.redirect_uris[0] }, cast.p1)
  const another = await as.redeem(several, { redirect_uri: cast.p1.redirect_uris[1] })
  await assertRefused(another, 400, 'invalid_grant', 'registered, yet not the one')
})

test('[CD-04] a code that another client brings, having proved who it is, leaked: it is burned', async (t) => {
  // req: D1, O21-4.1.2-02
  const as = await serverOf(t)
  const code = await as.code()
  const stolen = { grant_type, code: code.code, code_verifier: code.verifier }

  await assertRefused(await as.token(stolen, cast.c2), 400, 'invalid_grant')
  await assertRefused(await as.redeem(code), 400, 'invalid_grant')
})

test('[CD-04] whoever only claims to be a client, or proves nothing, does not spoil the code of another', async (t) => {
  // req: D1
  const as = await serverOf(t)
  const code = await as.code()
  const stolen = { grant_type, code: code.code, code_verifier: code.verifier }
  as.writes.length = 0

  await assertRefused(await as.token(stolen, cast.p1), 400, 'invalid_grant')
  await assertRefused(await as.token(stolen, { client_id: 'c1' }), 401, 'invalid_client')
  await assertRefused(await as.token(stolen, { ...cast.c1, client_secret: 'wrong' }), 401, 'invalid_client')
  await assertRefused(await as.token({ ...stolen, client_id: undefined }, { client_id: '' }), 400, 'invalid_request')
  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))
})

test('[CD-08] scope at redemption never widens or changes what was consented to', async (t) => {
  const as = await serverOf(t)

  for (const scope of ['admin', 'orders.read orders.write', 'bills.read']) {
    const tokens = await assertTokens(await as.redeem(await as.code({ scope: 'orders.read' }), { scope }))
    assert.equal(tokens.scope, 'orders.read')
  }
})

test('[CD-09] between code and redemption the account is disabled, or gets another password: the code is dead', async (t) => {
  // req: RT-13, O21-4.3.3-02
  const as = await serverOf(t)
  const disabled = await as.code()
  const account = (await as.store.findAccountByUsername('alice' as never))!
  await as.store.saveAccount({ ...account, disabledAt: as.clock.now() }, 'alice', anEvent())
  await assertRefused(await as.redeem(disabled), 400, 'invalid_grant')
  await as.store.saveAccount(account, 'alice', anEvent())

  const code = await as.code()
  as.clock.advance(seconds(1))
  assert.ok((await as.server.saveAccount({ ...cast.alice, password: 'hufucanary_another_password' })).ok)
  await assertRefused(await as.redeem(code), 400, 'invalid_grant')
})

test('[CD-09] a public client is told that its code is not valid, whatever became of the account', async (t) => {
  const as = await serverOf(t)
  const code = await as.code({}, cast.p1)
  const account = (await as.store.findAccountByUsername('alice' as never))!
  await as.store.saveAccount({ ...account, disabledAt: as.clock.now() }, 'alice', anEvent())

  const { error_description } = await assertRefused(await as.redeem(code), 400, 'invalid_grant')

  assert.equal(error_description, 'HF-TOKEN-0201 the authorization code is not valid')
})

test('[CD-09] an app in the page gets nothing for a code once the person has signed out', async (t) => {
  // req: BBA-6.3.2.3-01
  const as = await serverOf(t)
  const browser = as.browser()
  const code = await as.code({}, cast.p1, browser)
  await browser.submit(await browser.open(`${as.issuer}/sign-out`), '/sign-out')

  await assertRefused(await as.redeem(code), 400, 'invalid_grant')
})

test('[O21-4.1.2-01] a code is good until the very millisecond it ends, 60 seconds after it was made', async (t) => {
  // req: CD-05, O21-4.1.3-01, L20-6749-4.1.2-01
  const as = await serverOf(t)
  const before = await as.code()
  const at = await as.code()
  const made = as.clock.now()

  as.clock.set((made + 59_999) as never)
  await assertTokens(await as.redeem(before))
  as.clock.set((made + 60_000) as never)
  const { error_description } = await assertRefused(await as.redeem(at), 400, 'invalid_grant')
  assert.match(error_description, /^HF-TOKEN-0202/)
})

test('[O21-4.1.2-01] the lifetime of codes is a setting, from 10 to 600 seconds', async (t) => {
  for (const codeLifetime of [10, 600]) {
    const as = await serverOf(t, { codeLifetime })
    const before = await as.code()
    const at = await as.code()
    as.clock.advance(seconds(codeLifetime - 1))
    await assertTokens(await as.redeem(before))
    as.clock.advance(seconds(1))
    await assertRefused(await as.redeem(at), 400, 'invalid_grant')
  }
  for (const codeLifetime of [9, 601, 60.5, Number.NaN])
    await assert.rejects(serverOf(t, { codeLifetime }), /codeLifetime/)
})

test('[O21-4.1.3-04] a replay after the code expired ends what came of it, too', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()
  const { access_token } = await assertTokens(await as.redeem(code))
  as.clock.advance(seconds(61))

  await assertRefused(await as.redeem(code), 400, 'invalid_grant')

  assert.deepEqual(await as.introspect(access_token), { active: false })
})

test('[CD-06] a thousand random codes redeem nothing, and leave nothing but the audit', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()
  as.writes.length = 0

  for (let count = 0; count < 1000; count++) {
    const guess = `hac_${Buffer.from(crypto.getRandomValues(new Uint8Array(52))).toString('base64url')}`
    const answer = await as.redeem(code, { code: guess })
    assert.equal(answer.status, 400)
  }
  assert.deepEqual(as.writes, [])
})
