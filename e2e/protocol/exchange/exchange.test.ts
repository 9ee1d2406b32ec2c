import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { defineGrant, refuseToken } from 'hufu'
import type { ResourceId, Subject } from 'hufu'
import { createGuard } from 'hufu/guard'
import { aProofKey, anEvent } from 'hufu/testing'
import { signedJwt } from '../../support/assertion.ts'
import {
  accessTokenType,
  assertExchanged,
  billing,
  exchange,
  exchangeGrant,
  exchangeServer,
  orders,
  r3,
  ruleless,
  stock,
} from '../../support/exchange.ts'
import * as cast from '../../support/fixtures.ts'
import { showing } from '../../support/proofs.ts'
import { proofOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, auditOf, claimsOf, headerOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields } from '../../support/user-agent.ts'

const machine = { grant_type: 'client_credentials', scope: 'jobs.run', resource: cast.r1 }

const ownToken = async (as: TestServer, client: cast.TestClient, form: Fields = machine) =>
  ((await (await as.token(form, client)).json()) as { access_token: string }).access_token

test('[TX-2.2.1-01] a service that was shown a token gets one for the next API, in which the person is the subject', async (t) => {
  // req: TX-2.1-01, TX-4.1-01, O21-4.4-01
  const as = await exchangeServer(t)
  const shown = await as.at()
  const { sub, auth_time } = claimsOf(shown)

  const opaque = await assertExchanged(await exchange(as, shown, orders))
  const jwt = await assertExchanged(await exchange(as, shown, orders, { resource: undefined, audience: r3 }))

  assert.equal(opaque.scope, 'orders.read')
  assert.match(opaque.access_token, /^hat_/)
  const said = await as.introspect(opaque.access_token, cast.api2)
  assert.equal(headerOf(jwt.access_token)['typ'], 'at+jwt')
  for (const claims of [said, claimsOf(jwt.access_token)]) {
    const { client_id, act } = claims
    assert.deepEqual(
      [claims['sub'], claims['auth_time'], client_id, act],
      [sub, auth_time, 'orders', { sub: 'orders' }],
    )
  }
  assert.deepEqual([said['active'], said['aud']], [true, cast.r2])
  assert.deepEqual([claimsOf(jwt.access_token)['aud'], jwt.scope], [r3, 'orders.read'])
})

test('[TX-2.1-01] what a request needs is there, once, and belongs together', async (t) => {
  const as = await exchangeServer(t)
  const shown = await as.at()
  const refused: readonly Fields[] = [
    { subject_token: undefined },
    { subject_token_type: undefined },
    { subject_token: [shown, shown] },
    { subject_token_type: [accessTokenType, accessTokenType] },
    { actor_token: shown },
    { actor_token_type: accessTokenType },
    { requested_token_type: [accessTokenType, accessTokenType] },
    { scope: ['orders.read', 'orders.read'] },
  ]

  for (const changes of refused) await assertRefused(await exchange(as, shown, orders, changes), 400, 'invalid_request')
  await assertExchanged(await exchange(as, shown, orders, { requested_token_type: accessTokenType }))
})

test('[TX-2.1-01] resource and audience may repeat, and name one API all the same', async (t) => {
  // req: TX-2.2.2-01
  const as = await exchangeServer(t)
  const shown = await as.at()
  const ask = (changes: Fields) => exchange(as, shown, orders, { resource: undefined, ...changes })

  await assertExchanged(await ask({ resource: [cast.r2, cast.r2], audience: cast.r2 }))
  await assertExchanged(await ask({ audience: [cast.r2, cast.r2] }))
  await assertRefused(await ask({ resource: [cast.r2, r3] }), 400, 'invalid_target')
  await assertRefused(await ask({ resource: cast.r2, audience: r3 }), 400, 'invalid_target')
  await assertRefused(await ask({ audience: 'billing' }), 400, 'invalid_target')
  await assertRefused(await ask({ resource: 'https://elsewhere.example' }), 400, 'invalid_target')
  // Two rules, two targets: nobody guesses. One rule, one target: nothing to guess.
  await assertRefused(await ask({}), 400, 'invalid_target')
  const bill = await assertExchanged(await ask({ resource: cast.r2 }))
  await assertExchanged(await exchange(as, bill.access_token, billing, { resource: undefined }))
})

test('[GR-04] a subject token that is no live access token of ours, in the right hands, is refused and nothing is kept', async (t) => {
  // req: TX-2.1-02, TX-2.2.2-01
  const as = await exchangeServer(t)
  const { access_token: shown, refresh_token: refresh = '' } = await as.tokens()
  const { code } = await as.code()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { payload, header } = { payload: claimsOf(shown), header: headerOf(shown) }
  const forged = signedJwt(header, payload, privateKey)
  const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${shown.split('.')[1]}.`
  const forBilling = await as.at({ scope: 'bills.read', resource: cast.r2 }, cast.c2)
  as.writes.length = 0

  for (const token of [refresh, code, forged, unsigned, `${shown}A`, 'hat_AAAA', 'nothing', forBilling]) {
    const refusal = await assertRefused(await exchange(as, token, orders), 400, 'invalid_request')
    assert.match(refusal.error_description, /^HF-TOKEN-0262 /)
  }
  for (const kind of ['refresh_token', 'id_token', 'jwt', 'saml2', 'access-token'])
    for (const name of ['subject_token_type', 'requested_token_type']) {
      const type = `urn:ietf:params:oauth:token-type:${kind}`
      await assertRefused(await exchange(as, shown, orders, { [name]: type }), 400, 'invalid_request')
    }
  assert.deepEqual(as.writes, [])
  await assertExchanged(await exchange(as, shown, orders))
})

test('[GR-04] a subject token that has ended is refused, whatever ended it', async (t) => {
  // req: TX-2.1-02
  const as = await exchangeServer(t)
  const over = async (token: string) => {
    const refusal = await assertRefused(await exchange(as, token, orders), 400, 'invalid_request')
    assert.match(refusal.error_description, /^HF-TOKEN-0262 /)
  }
  const single = await as.at({ scope: 'orders.read' }, cast.c2)
  await revoke(as, single, cast.c2)
  await over(single)

  const { access_token: child, refresh_token: parent = '' } = await as.tokens({ scope: 'orders.read' }, cast.c2)
  await revoke(as, parent, cast.c2)
  await over(child)

  const ofClient = await as.at()
  await as.disable(cast.c1)
  await over(ofClient)

  const ofPerson = await as.at({ scope: 'orders.read' }, cast.c2)
  as.later(1)
  await as.server.saveAccount({ ...cast.alice, password: 'hufucanary_other_password_of_alice' })
  await over(ofPerson)
  await as.server.saveAccount(cast.alice)

  const late = await as.at({ scope: 'orders.read' }, cast.c2)
  as.later(599)
  await assertExchanged(await exchange(as, late, orders))
  as.later(1)
  await over(late)
})

test('[TX-5-01] nothing is exchanged but what a rule of the client names', async (t) => {
  // req: GR-05, TX-2.2.2-01
  const as = await exchangeServer(t)
  const [shown, ofX] = [await as.at(), await as.at({}, cast.x)]
  const bill = await assertExchanged(await exchange(as, shown, orders))

  await assertRefused(await exchange(as, shown, ruleless), 400, 'invalid_request')
  await assertRefused(await exchange(as, ofX, orders), 400, 'invalid_request')
  await assertRefused(await exchange(as, shown, orders, { resource: cast.r1 }), 400, 'invalid_target')
  await assertRefused(await exchange(as, bill.access_token, billing, { resource: cast.r2 }), 400, 'invalid_target')
  // What was not shown to it is not its to exchange, though its rule is for everybody's.
  await assertRefused(await exchange(as, shown, billing), 400, 'invalid_request')
})

test('[TX-5-01] the scope is within the token, the rule, the registration and the API', async (t) => {
  // req: GR-05
  const as = await exchangeServer(t)
  const full = await as.at()
  const read = await as.at({ scope: 'orders.read' })
  const ask = (token: string, scope: string | undefined, resource: string) =>
    exchange(as, token, orders, { scope, resource })
  assert.equal(claimsOf(full)['scope'], 'orders.read orders.write')

  // R3 understands both, the rule lets one pass; R2 understands one.
  assert.equal((await assertExchanged(await ask(full, undefined, r3))).scope, 'orders.read')
  assert.equal((await assertExchanged(await ask(full, undefined, cast.r2))).scope, 'orders.read')
  for (const [token, scope, resource] of [
    [full, 'orders.write', r3],
    [full, 'orders.read orders.write', r3],
    [full, 'bills.read', cast.r2],
    [full, 'orders.delete', cast.r2],
    [read, 'orders.write', cast.r2],
    [full, 'jobs.run', cast.r2],
  ] as const)
    await assertRefused(await ask(token, scope, resource), 400, 'invalid_scope')
  // Nothing of it means anything at the other API.
  const written = await as.at({ scope: 'orders.write' })
  await assertRefused(await ask(written, undefined, cast.r2), 400, 'invalid_scope')
})

test('[GR-05] the new token ends no later than the old one, and never by a refresh', async (t) => {
  // req: TX-5-01
  const as = await exchangeServer(t)
  const shown = await as.at()
  const fresh = await assertExchanged(await exchange(as, shown, orders))
  assert.equal(fresh.expires_in, 600)
  as.later(580)

  const late = await assertExchanged(await exchange(as, shown, orders))
  const jwt = await assertExchanged(await exchange(as, shown, orders, { resource: r3 }))
  const chained = await assertExchanged(await exchange(as, late.access_token, billing))

  assert.deepEqual([late.expires_in, jwt.expires_in, chained.expires_in], [20, 20, 20])
  assert.equal(claimsOf(jwt.access_token)['exp'], claimsOf(shown)['exp'])
  as.later(19)
  assert.equal((await as.introspect(late.access_token, cast.api2))['active'], true)
  as.later(1)
  assert.equal((await as.introspect(late.access_token, cast.api2))['active'], false)
})

test('[TX-4.1-01] each service that acts is named in the one before, the newest outside', async (t) => {
  const as = await exchangeServer(t)
  const bill = await assertExchanged(await exchange(as, await as.at(), orders))
  const second = await assertExchanged(await exchange(as, bill.access_token, billing))
  const third = await assertExchanged(await exchange(as, second.access_token, stock))

  assert.deepEqual(claimsOf(second.access_token)['act'], { sub: 'billing', act: { sub: 'orders' } })
  // Impersonation adds nobody, and hides nobody who acted before.
  assert.deepEqual(claimsOf(third.access_token)['act'], { sub: 'billing', act: { sub: 'orders' } })
  assert.equal(claimsOf(third.access_token)['client_id'], 'stock')
})

test('[TX-4.1-01] who takes the place of the subject is named as the client, not as an actor', async (t) => {
  const as = await exchangeServer(t)
  const saved = await as.server.saveClient({ ...stock, hufu_resources: [cast.r1] })
  assert.ok(saved.ok)
  const shown = await as.at()

  const taken = claimsOf((await assertExchanged(await exchange(as, shown, stock))).access_token)

  assert.deepEqual([taken['sub'], taken['act']], [claimsOf(shown)['sub'], undefined])
  const mine = await ownToken(as, stock)
  const withActor = { actor_token: mine, actor_token_type: accessTokenType }
  await assertRefused(await exchange(as, shown, stock, withActor), 400, 'invalid_request')
})

test('[TX-4.1-01] an actor token says who acts, and the new token ends with it', async (t) => {
  // req: TX-2.1-02, TX-2.2.2-01
  const as = await exchangeServer(t)
  const shown = await as.at()
  const mine = await ownToken(as, orders)
  const acting = (actor_token: string) =>
    exchange(as, shown, orders, { resource: r3, actor_token, actor_token_type: accessTokenType })

  const made = (await assertExchanged(await acting(mine))).access_token
  assert.deepEqual(claimsOf(made)['act'], { sub: 'orders', client_id: 'orders' })
  const acted = (await assertExchanged(await exchange(as, shown, orders))).access_token
  for (const bad of [
    await ownToken(as, billing, { ...machine, resource: r3, scope: 'orders.read' }),
    'nothing',
    acted,
  ]) {
    const refusal = await assertRefused(await acting(bad), 400, 'invalid_request')
    assert.match(refusal.error_description, /^HF-TOKEN-0264 /)
  }
  assert.equal((await as.introspect(made, stock))['active'], true)
  await revoke(as, mine, orders)
  assert.equal((await as.introspect(made, stock))['active'], false)
  await assertRefused(await acting(mine), 400, 'invalid_request')
})

test('[GR-05] a chain of exchanges has an end', async (t) => {
  const as = await exchangeServer(t)
  let token = (await assertExchanged(await exchange(as, await as.at(), orders, { resource: r3 }))).access_token
  let exchanges = 1
  let answer = await exchange(as, token, stock)
  while (answer.status === 200 && exchanges < 100) {
    token = (await assertExchanged(answer)).access_token
    exchanges += 1
    answer = await exchange(as, token, stock)
  }

  const refusal = await assertRefused(answer, 400, 'invalid_request')
  assert.match(refusal.error_description, /^HF-TOKEN-0266 /)
  assert.equal(exchanges, 8)
})

test('[TX-5-01] what ends the first token or its authorization ends all that came of it', async (t) => {
  // req: GR-05
  const as = await exchangeServer(t)
  const chain = async (shown: string) => {
    const bill = (await assertExchanged(await exchange(as, shown, orders))).access_token
    const jwt = (await assertExchanged(await exchange(as, bill, billing))).access_token

    return async () => [(await as.introspect(bill, cast.api2))['active'], (await as.introspect(jwt, stock))['active']]
  }

  const { access_token: shown, refresh_token: refresh = '' } = await as.tokens({ scope: 'orders.read' }, cast.c2)
  const ofAuthorization = await chain(shown)
  assert.deepEqual(await ofAuthorization(), [true, true])
  await revoke(as, refresh, cast.c2)
  assert.deepEqual(await ofAuthorization(), [false, false])

  const single = await as.at({ scope: 'orders.read' }, cast.c2)
  const ofToken = await chain(single)
  await revoke(as, single, cast.c2)
  assert.deepEqual(await ofToken(), [false, false])

  const ofClient = await chain(await as.at({ scope: 'orders.read' }, cast.c2))
  await as.disable(cast.c2)
  assert.deepEqual(await ofClient(), [false, false])
})

test('[TX-5-01] a service that is disabled ends what it made, and what others made of that', async (t) => {
  // req: GR-05, TX-4.1-01
  const as = await exchangeServer(t)
  const shown = await as.at({ scope: 'orders.read' }, cast.c2)
  const bill = (await assertExchanged(await exchange(as, shown, orders))).access_token
  const next = (await assertExchanged(await exchange(as, bill, billing))).access_token
  const isActive = async () => (await as.introspect(next, stock))['active']
  assert.deepEqual(claimsOf(next)['act'], { sub: 'billing', act: { sub: 'orders' } })

  assert.equal(await isActive(), true)
  await as.disable(orders)
  assert.equal(await isActive(), false)
})

test('[TX-5-01] who took the place of the subject ends what came of it, though nothing names them', async (t) => {
  // req: GR-05, TX-4.1-01
  const as = await exchangeServer(t)
  const quiet = {
    ...orders,
    client_id: 'quiet',
    hufu_token_exchange: [{ to: cast.r2, kind: 'impersonation' }],
  } as const
  assert.ok((await as.server.saveClient(quiet)).ok)
  const shown = await as.at({ scope: 'orders.read' }, cast.c2)
  const bill = (await assertExchanged(await exchange(as, shown, quiet, { resource: cast.r2 }))).access_token
  const next = (await assertExchanged(await exchange(as, bill, billing))).access_token
  assert.deepEqual(claimsOf(next)['act'], { sub: 'billing' })

  assert.equal((await as.introspect(next, stock))['active'], true)
  await as.disable(quiet)
  assert.equal((await as.introspect(next, stock))['active'], false)
})

test('[TX-5-01] a person who acts ends it by ending what they allowed', async (t) => {
  // req: GR-05, TX-4.1-01
  const as = await exchangeServer(t)
  const shown = await as.at()
  const acting = await as.tokens({ scope: 'orders.read' }, cast.c2, await as.signedIn(cast.mallory))
  const made = (
    await assertExchanged(
      await exchange(as, shown, orders, {
        resource: r3,
        actor_token: acting.access_token,
        actor_token_type: accessTokenType,
      }),
    )
  ).access_token

  assert.equal((await as.introspect(made, stock))['active'], true)
  await revoke(as, acting.refresh_token ?? '', cast.c2)
  assert.equal((await as.introspect(made, stock))['active'], false)
})

test('[TX-5-01] an account that is disabled ends what its person acted in, also where others acted since', async (t) => {
  // req: GR-05, TX-4.1-01
  const as = await exchangeServer(t)
  const acting = await as.tokens({ scope: 'orders.read' }, cast.c2, await as.signedIn(cast.mallory))
  const actor = { actor_token: acting.access_token, actor_token_type: accessTokenType }
  const bill = (await assertExchanged(await exchange(as, await as.at(), orders, actor))).access_token
  const next = (await assertExchanged(await exchange(as, bill, billing))).access_token
  const mallory = (await as.store.findAccountByUsername('mallory' as never))!
  assert.deepEqual((claimsOf(next)['act'] as { act: object }).act, { sub: mallory.subject, client_id: 'c2' })

  assert.equal((await as.introspect(next, stock))['active'], true)
  await as.store.saveAccount({ ...mallory, disabledAt: as.clock.now() }, 'mallory', anEvent())
  assert.equal((await as.introspect(next, stock))['active'], false)
})

test("[TX-5-01] a machine's token is exchanged too, and ends with the machine", async (t) => {
  // req: GR-02, O21-7.4-02
  const as = await exchangeServer(t)
  const token = await ownToken(as, cast.m1)
  const made = (await assertExchanged(await exchange(as, token, orders))).access_token
  const said = await as.introspect(made, cast.api2)
  assert.deepEqual([said['sub'], said['client_id'], said['auth_time']], ['m1', 'orders', undefined])
  // No API may take it for a person's, wherever it comes to.
  const next = (await assertExchanged(await exchange(as, made, billing, { scope: undefined, resource: r3 })))
    .access_token
  assert.deepEqual([said['hufu_subject_type'], claimsOf(next)['hufu_subject_type']], ['client', 'client'])
  const guard = createGuard({
    resource: r3,
    issuer: as.issuer,
    now: as.clock.now,
    fetch: async (url, init) => as.server.fetch(new Request(url as string, init)),
  })
  const header = (name: string) => (name === 'authorization' ? `Bearer ${next}` : undefined)
  const decided = await guard.admit({ method: 'GET', url: '/', header })
  assert.deepEqual(decided.ok && [decided.caller.subject, decided.caller.subjectType], ['m1', 'client'])
  const later = (await assertExchanged(await exchange(as, token, orders))).access_token

  const revoked = await revoke(as, made, orders)
  assert.equal(revoked.status, 200)
  assert.equal((await as.introspect(later, cast.api2))['active'], true)
  await as.disable(cast.m1)
  assert.equal((await as.introspect(later, cast.api2))['active'], false)
})

test('[TX-5-02] only a confidential client exchanges, registered for the grant, on a server that has it', async (t) => {
  // req: GR-01
  const as = await exchangeServer(t)
  const plain = await startServer()
  t.after(plain.close)
  const tool = {
    client_id: 'tool',
    token_endpoint_auth_method: 'none',
    hufu_kind: 'native',
    grant_types: [exchangeGrant],
    hufu_resources: [cast.r1],
    hufu_token_exchange: [{ to: r3 }],
    scope: 'orders.read',
  }
  assert.ok((await as.server.saveClient(tool)).ok)
  const shown = await as.at()

  await assertRefused(await exchange(as, shown, tool), 400, 'unauthorized_client')
  await assertRefused(await exchange(as, shown, cast.c1), 400, 'unauthorized_client')
  await assertRefused(await exchange(plain, shown, cast.c1), 400, 'unsupported_grant_type')
  const upper = { grant_type: 'URN:ietf:params:oauth:grant-type:token-exchange' }
  await assertRefused(await exchange(as, shown, orders, upper), 400, 'unsupported_grant_type')
})

test('[TX-5-02] a token that is bound to a key is exchanged with a proof of that key, and stays bound', async (t) => {
  const as = await exchangeServer(t)
  const [key, other] = [aProofKey(), aProofKey()]
  const { code, verifier } = await as.code()
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
  const bound = (await (await as.token(form, cast.c1, showing(as, key))).json()) as { access_token: string }
  const ask = (headers: Readonly<Record<string, string>>) => exchange(as, bound.access_token, orders, {}, headers)

  for (const headers of [{}, showing(as, other)]) {
    const refusal = await assertRefused(await ask(headers), 400, 'invalid_request')
    assert.match(refusal.error_description, /^HF-TOKEN-0263 /)
  }
  const made = await assertExchanged(await ask(showing(as, key)), 'DPoP')
  assert.deepEqual((await as.introspect(made.access_token, cast.api2))['cnf'], { jkt: key.thumbprint })
})

test('[TX-4.1-01] a person whom the token calls by another name keeps that name, through every exchange', async (t) => {
  const as = await exchangeServer(t)
  assert.ok((await as.server.saveClient({ ...cast.c1, subject_type: 'pairwise' })).ok)
  assert.ok((await as.server.saveClient({ ...billing, subject_type: 'pairwise' })).ok)
  const { access_token: shown, refresh_token: refresh = '' } = await as.tokens()
  const { sub } = claimsOf(shown)
  assert.match(String(sub), /^pw_/)

  const bill = (await assertExchanged(await exchange(as, shown, orders))).access_token
  const jwt = (await assertExchanged(await exchange(as, bill, billing))).access_token

  assert.equal((await as.introspect(bill, cast.api2))['sub'], sub)
  assert.equal(claimsOf(jwt)['sub'], sub)
  assert.equal((await as.introspect(jwt, stock))['sub'], sub)
  await revoke(as, refresh, cast.c1)
  assert.equal((await as.introspect(jwt, stock))['active'], false)
})

test('[TX-4.1-01] a person whom their token calls by another name is not named as an actor, by either name', async (t) => {
  // req: OIDC-8.1-01
  const as = await exchangeServer(t)
  const secretive = { ...cast.c1, client_id: 'secretive', subject_type: 'pairwise' } as const
  assert.ok((await as.server.saveClient(secretive)).ok)
  const theirs = await as.at({}, secretive)
  const acting = { resource: r3, actor_token: theirs, actor_token_type: accessTokenType }

  const refusal = await assertRefused(await exchange(as, await as.at(), orders, acting), 400, 'invalid_request')
  assert.match(refusal.error_description, /^HF-TOKEN-0264 /)
})

test('[TX-4.4-01] may_act in a token, which a grant of the operator wrote, is shown and honoured', async (t) => {
  const granted = defineGrant({
    type: 'https://shop.example/grants/desk',
    parse: (form) => ({ ok: true, value: form.get('actor') ?? '' }) as const,
    load: async () => undefined,
    decide: (sub, _facts, { client, settings }) => {
      const resource = settings.resources.get(cast.r1 as ResourceId)
      if (resource === undefined) return refuseToken('grant_refused')

      return {
        ok: true,
        value: {
          from: undefined,
          clientId: client.id,
          subject: client.id as string as Subject,
          scope: client.scope,
          resource,
          lifetime: resource.accessTokenLifetime,
          authenticatedAt: undefined,
          refreshable: false,
          particulars: { mayAct: { sub } },
        },
      } as const
    },
  })
  const as = await exchangeServer(t, { grants: [granted] })
  const desk = { ...cast.m1, scope: 'orders.read', grant_types: [granted.type] }
  assert.ok((await as.server.saveClient(desk)).ok)
  const tokenFor = (actor: string) => ownToken(as, desk, { grant_type: granted.type, actor })

  const mine = await tokenFor('orders')
  assert.deepEqual((await as.introspect(mine))['may_act'], { sub: 'orders' })
  await assertExchanged(await exchange(as, mine, orders))
  const refusal = await assertRefused(await exchange(as, await tokenFor('billing'), orders), 400, 'invalid_request')
  assert.match(refusal.error_description, /^HF-TOKEN-0264 /)
})

test('[TX-6-01] a server that exchanges tokens has an https issuer', async () => {
  const options = { issuer: 'http://as.example', features: { tokenExchange: true } }

  await assert.rejects(startServer(options), /issuer: https is required/)
})

test('[TX-5-01] the audit says who acted for whom, and where', async (t) => {
  const as = await exchangeServer(t)
  const shown = await as.at()
  await exchange(as, shown, orders)
  await exchange(as, shown, ruleless)

  const [done, refused] = (await auditOf(as)).slice(-2)

  const { type, clientId, subject, resource, actor, scope } = done!
  assert.deepEqual(
    { type, clientId, subject, resource, actor, scope },
    {
      type: 'token_issued',
      clientId: 'orders',
      subject: claimsOf(shown)['sub'],
      resource: cast.r2,
      actor: 'orders',
      scope: 'orders.read',
    },
  )
  assert.equal(done?.authorizationId, claimsOf(shown)['hufu_authorization'])
  assert.deepEqual(
    [refused?.type, refused?.reason, refused?.clientId],
    ['token_refused', 'exchange_not_allowed', 'ruleless'],
  )
})

const revoke = (as: TestServer, token: string, client: cast.TestClient) => {
  const { form, headers } = proofOf(client)

  return as.send('/revoke', { method: 'POST', body: toForm({ token, ...form }), headers })
}
