import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aJobToken, aWalk, walkApi, walkApp, walkIssuer } from '../testing/exchanges.ts'
import { maxKeptBody } from './door.ts'
import { maxFlows, maxKeptCharacters, maxMessages } from './flow-book.ts'
import { viewOf } from './model.ts'
import { createRecorder } from './recorder.ts'
import { redactFlow } from './redact.ts'

const open = () => createRecorder({ issuer: walkIssuer })

test('[UX-2.1] every message of a walk with a person is of one flow, in the order it was sent', () => {
  const recorder = open()
  const walk = aWalk()

  for (const each of [walk.authorize, walk.signInPage, walk.signIn, walk.consent, walk.token]) recorder.observe(each)
  recorder.recordDecision(walk.decision, walkApi)
  recorder.recordClientExchange(walk.call)

  const [flow, ...others] = recorder.list()
  assert.equal(others.length, 0)
  assert.equal(flow?.kind, 'person')
  assert.deepEqual(
    flow.messages.map((each) => each.kind),
    ['authorize', 'sign_in', 'consent', 'token_code', 'call'],
  )
})

test('a device that begins, asks and asks again is one flow, together with the person who enters its code', () => {
  const recorder = open()
  const { token } = aWalk()
  let count = 0
  const send = (path: string, body: Readonly<Record<string, string>>, answer: object, location?: string) =>
    recorder.observe({
      ...token,
      requestId: `device-${count++}`,
      request: { ...token.request, path, body: new URLSearchParams(body).toString() },
      response: {
        status: 200,
        headers: location === undefined ? { 'content-type': 'application/json' } : { location },
        body: JSON.stringify(answer),
      },
    })
  const ask = (answer: object) =>
    send(
      '/token',
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'hdc_of-the-device' },
      answer,
    )

  send('/device_authorization', { client_id: 'tv' }, { device_code: 'hdc_of-the-device', user_code: 'WDJB-MJHT' })
  ask({ error: 'authorization_pending' })
  send('/device', { user_code: 'WDJB-MJHT', csrf: 'x' }, {}, '/i/0195e8a0c00070008000000000000077')
  send('/i/0195e8a0c00070008000000000000077/consent', { decision: 'allow' }, {})
  ask({ access_token: 'token-of-the-device' })

  assert.deepEqual(
    recorder.list().map((flow) => flow.messages.map((each) => each.kind)),
    [['device', 'token_other', 'consent', 'consent', 'token_other']],
  )
})

test('a pushed request and the browser that brings its reference are one flow, whose state and halves are those of the push', () => {
  const recorder = open()
  const { authorize, token } = aWalk()
  const request_uri = 'urn:ietf:params:oauth:request_uri:hufucanary'
  const form = { ...token.request, path: '/par', body: authorize.request.query }
  const answer = JSON.stringify({ request_uri, expires_in: 120 })
  const headers = { 'content-type': 'application/json' }
  recorder.observe({
    ...token,
    requestId: 'push',
    at: authorize.at,
    request: form,
    response: { status: 201, headers, body: answer },
  })
  const query = new URLSearchParams({ client_id: 'shop-analytics', request_uri }).toString()
  recorder.observe({ ...authorize, request: { ...authorize.request, query } })

  const [flow, ...more] = recorder.list()
  const view = viewOf(flow!, 'https://as.example')

  assert.deepEqual(more, [])
  assert.deepEqual(
    flow?.messages.map((each) => each.kind),
    ['push', 'authorize'],
  )
  assert.equal(view.tally.challenge, new URLSearchParams(authorize.request.query).get('code_challenge'))
  assert.doesNotMatch(JSON.stringify(redactFlow(flow!)), /hufucanary/)
})

test('two walks side by side stay two flows', () => {
  const recorder = open()
  const [left, right] = [aWalk(1), aWalk(2)]

  for (const name of ['authorize', 'signIn', 'consent', 'token'] as const) {
    recorder.observe(left[name])
    recorder.observe(right[name])
  }
  recorder.recordClientExchange(right.call)

  assert.deepEqual(
    recorder
      .list()
      .map((each) => each.messages.length)
      .toSorted((a, b) => a - b),
    [4, 5],
  )
})

test('a message seen by the server and by the app is one message, whichever tells first', () => {
  const { token } = aWalk()
  const seenByApp = {
    at: token.at,
    durationMs: 9,
    request: { method: 'POST', url: `${walkIssuer}/token`, headers: token.request.headers, body: token.request.body },
    response: { status: 200, headers: { 'Hufu-Request-Id': token.requestId }, body: token.response.body },
  }
  const [serverFirst, appFirst] = [open(), open()]

  serverFirst.observe(token)
  serverFirst.recordClientExchange(seenByApp)
  appFirst.recordClientExchange(seenByApp)
  appFirst.observe(token)

  for (const recorder of [serverFirst, appFirst]) {
    const [flow] = recorder.list()
    assert.equal(flow?.messages.length, 1)
    assert.deepEqual(flow.messages[0]?.seenBy.toSorted(), ['client', 'server'])
  }
})

test('a call seen by guard, API and app is one call; two equal calls stay two', () => {
  const recorder = open()
  const walk = aWalk()
  recorder.observe(walk.token)

  for (let round = 0; round < 2; round++) {
    recorder.recordDecision(walk.decision, walkApi)
    recorder.recordApiExchange(walk.call)
    recorder.recordClientExchange(walk.call)
  }

  const calls = recorder.list()[0]?.messages.filter((each) => each.kind === 'call')
  assert.equal(calls?.length, 2)
  for (const call of calls) {
    assert.deepEqual(call.seenBy.toSorted(), ['api', 'client', 'guard'])
    assert.equal(call.request.target, '/orders?limit=500')
    assert.equal(call.response?.status, 200)
    assert.equal(call.decision?.checks.length, 6)
  }
})

test('a refresh joins the flow of the token it uses up, and the next one that of its successor', () => {
  const recorder = open()
  const walk = aWalk()
  recorder.observe(walk.token)

  recorder.observe(walk.refresh(walk.refreshToken, 'hrt_second'))
  recorder.observe(walk.refresh('hrt_second', 'hrt_third', 20))

  assert.equal(recorder.list().length, 1)
  assert.equal(recorder.list()[0]?.messages.length, 3)
})

test('[UX-2.4] a token for a program is a flow without a person', () => {
  const recorder = open()

  recorder.observe(aJobToken())

  assert.equal(recorder.list()[0]?.kind, 'machine')
})

test('the browser’s return to the app joins the flow of its code, even with a state that is not its own', () => {
  const recorder = open()
  const walk = aWalk()
  recorder.observe(walk.authorize)
  recorder.observe(walk.consent)

  recorder.recordCallback({
    at: walk.consent.at,
    durationMs: 1,
    request: {
      method: 'GET',
      url: `${walkApp}/callback?code=${walk.code}&state=somebody-elses&iss=x`,
      headers: {},
      body: '',
    },
    response: { status: 303, headers: { location: '/?notice=not-begun' }, body: '' },
  })

  assert.equal(recorder.list().length, 1)
  assert.equal(recorder.list()[0]?.messages.at(-1)?.kind, 'callback')
})

test('what is no part of a flow is not kept: keys, styles, pages, calls with tokens of nobody', () => {
  const recorder = open()
  const walk = aWalk()

  recorder.observe({ ...walk.authorize, request: { ...walk.authorize.request, path: '/.well-known/jwks.json' } })
  recorder.observe({ ...walk.authorize, request: { ...walk.authorize.request, path: '/sign-in', method: 'POST' } })
  recorder.observe(walk.signInPage)
  recorder.recordClientExchange(walk.call)
  recorder.recordDecision(walk.decision, walkApi)

  assert.deepEqual(recorder.list(), [])
})

test('[UX-2.1] at most 200 flows are kept, and what is left of an old one leads nowhere', () => {
  const recorder = open()

  for (let number = 1; number <= maxFlows + 5; number++) recorder.observe(aWalk(number).token)
  recorder.recordClientExchange(aWalk(1).call)

  assert.equal(maxFlows, 200)
  assert.equal(recorder.list().length, maxFlows)
  assert.ok(recorder.list().every((each) => each.messages.length === 1))
})

test('a flow keeps a bounded number of messages, and its steps before its calls', () => {
  const recorder = open()
  const walk = aWalk()
  recorder.observe(walk.authorize)
  recorder.observe(walk.consent)
  recorder.observe(walk.token)

  for (let round = 0; round < maxMessages; round++) recorder.recordClientExchange(walk.call)

  const kinds = recorder.list()[0]?.messages.map((each) => each.kind) ?? []
  assert.equal(kinds.length, maxMessages)
  assert.deepEqual(kinds.slice(0, 3), ['authorize', 'consent', 'token_code'])
})

test('all flows together are bounded too: when they hold much, the oldest leave', () => {
  const recorder = open()
  const long = JSON.stringify({ filler: 'x'.repeat(maxKeptBody) })
  const perFlow = Math.ceil(maxKeptCharacters / maxFlows / maxKeptBody) + 1

  for (let number = 1; number <= maxFlows; number++) {
    const walk = aWalk(number)
    recorder.observe(walk.token)
    for (let call = 0; call < perFlow; call++)
      recorder.recordClientExchange({ ...walk.call, response: { ...walk.call.response, body: long } })
  }

  const kept = recorder.list()
  assert.ok(kept.length < maxFlows)
  assert.ok(
    JSON.stringify(kept.map((flow) => flow.messages.map((each) => each.response?.body))).length <
      maxKeptCharacters * 1.1,
  )
  assert.ok(JSON.stringify(kept[0]).includes(aWalk(maxFlows).code))
})

test('a reader is told of each change and can ask what it missed', () => {
  const recorder = open()
  const told: number[] = []
  const stop = recorder.subscribe((flow) => told.push(flow.version))

  recorder.observe(aWalk(1).token)
  const since = recorder.version()
  recorder.observe(aWalk(2).token)
  stop()
  recorder.observe(aWalk(3).token)

  assert.deepEqual(told, [1, 2])
  assert.deepEqual(
    recorder.changedSince(since).map((each) => each.version),
    [2, 3],
  )
})
