import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { aJobToken, aWalk, walkApi, walkApp, walkIssuer } from '../testing/exchanges.ts'
import { viewOf } from './model.ts'
import { createRecorder } from './recorder.ts'

type Recorder = ReturnType<typeof createRecorder>

function viewAfter(record: (recorder: Recorder) => void) {
  const recorder = createRecorder({ issuer: walkIssuer })
  record(recorder)
  const [flow] = recorder.list()
  assert.ok(flow)

  return viewOf(flow, walkIssuer)
}

const statuses = (view: ReturnType<typeof viewOf>) => view.steps.map((each) => each.status)

test('[UX-2.1] a whole walk fills A to F; each step carries the number of the OAuth 2.1 figure', () => {
  const walk = aWalk()

  const view = viewAfter((recorder) => {
    for (const each of [walk.authorize, walk.signIn, walk.consent, walk.token]) recorder.observe(each)
    recorder.recordDecision(walk.decision, walkApi)
    recorder.recordClientExchange(walk.call)
  })

  assert.deepEqual(
    view.steps.map((each) => [each.letter, each.figure]),
    [
      ['A', 1],
      ['B', 2],
      ['C', 3],
      ['D', 4],
      ['E', 5],
      ['F', 6],
    ],
  )
  assert.deepEqual(statuses(view), ['done', 'done', 'done', 'done', 'done', 'done'])
  assert.equal(view.clientId, 'shop-analytics')
  assert.deepEqual(view.state, { sent: walk.state, returned: walk.state, same: true })
  assert.deepEqual(view.issuer, { sent: walkIssuer, returned: walkIssuer, same: true })
  assert.equal(view.token?.jwt?.claims['sub'], 'li.wei')
})

test('a walk fills its steps one after the other', () => {
  const walk = aWalk()
  const after = (count: number) =>
    statuses(
      viewAfter((recorder) => {
        for (const each of [walk.authorize, walk.signIn, walk.consent, walk.token].slice(0, count))
          recorder.observe(each)
      }),
    ).join(' ')

  assert.equal(after(1), 'done waiting waiting waiting waiting waiting')
  assert.equal(after(2), 'done running waiting waiting waiting waiting')
  assert.equal(after(3), 'done done waiting waiting waiting waiting')
  assert.equal(after(4), 'done done done done waiting waiting')
})

test('[UX-2.2] the challenge that is shown is the SHA-256 of the verifier that is shown', () => {
  const walk = aWalk()

  const { tally } = viewAfter((recorder) => {
    for (const each of [walk.authorize, walk.consent, walk.token]) recorder.observe(each)
  })

  assert.equal(tally.state, 'match')
  assert.equal(tally.challenge, hash('sha256', tally.verifier!, 'base64url'))
  assert.equal(tally.computed, tally.challenge)
})

test('[UX-2.2] a wrong verifier does not match, and its refusal is shown by its number', () => {
  const walk = aWalk()
  const wrong = {
    ...walk.token,
    request: {
      ...walk.token.request,
      body: walk.token.request.body.replace(walk.verifier, `${walk.verifier}-not`),
    },
    response: {
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"error":"invalid_grant","error_description":"HF-TOKEN-0204 PKCE verifier does not match"}',
    },
  }

  const view = viewAfter((recorder) => {
    for (const each of [walk.authorize, walk.consent, wrong]) recorder.observe(each)
  })

  assert.equal(view.tally.state, 'mismatch')
  assert.deepEqual(statuses(view).slice(2, 4), ['done', 'refused'])
  assert.equal(view.steps[3]?.main?.errorCode, 'HF-TOKEN-0204')
})

test('[UX-2.4] without a person A and B do not happen, and there is no refresh token', () => {
  const view = viewAfter((recorder) => recorder.observe(aJobToken()))

  assert.deepEqual(statuses(view), ['not_applicable', 'not_applicable', 'done', 'done', 'waiting', 'waiting'])
  assert.equal(view.token?.refreshToken, undefined)
  assert.equal(view.clientId, 'nightly-report')
})

test('a state that is not the one the app stored spoils step B', () => {
  const walk = aWalk()

  const view = viewAfter((recorder) => {
    recorder.observe(walk.authorize)
    recorder.observe(walk.consent)
    recorder.recordCallback({
      at: walk.token.at,
      durationMs: 1,
      request: { method: 'GET', url: `${walkApp}/callback?code=${walk.code}&state=other`, headers: {}, body: '' },
      response: { status: 303, headers: {}, body: '' },
    })
  })

  assert.equal(view.steps[1]?.status, 'refused')
  assert.deepEqual(view.state, { sent: walk.state, returned: 'other', same: false })
})

test('a person who refuses leaves step B refused and the rest waiting', () => {
  const walk = aWalk()
  const denied = {
    ...walk.consent,
    response: {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: `<a id="continue" href="${walkApp}/callback?error=access_denied&amp;state=${walk.state}&amp;iss=x">`,
    },
  }

  const view = viewAfter((recorder) => {
    recorder.observe(walk.authorize)
    recorder.observe(denied)
  })

  assert.deepEqual(statuses(view).slice(0, 3), ['done', 'refused', 'waiting'])
})

test('a call that only the guard reported is judged by the guard', () => {
  const walk = aWalk()
  const refusal = { reason: 'scope_missing', id: 'HF-GUARD-0510', status: 403 }

  const view = viewAfter((recorder) => {
    recorder.observe(walk.token)
    recorder.recordDecision({ ...walk.decision, refusal }, walkApi)
  })

  assert.deepEqual(statuses(view).slice(4), ['done', 'refused'])
})

test('refresh tokens are a chain: each use makes the next, and one that comes back ends them all', () => {
  const walk = aWalk()
  const chainAfter = (...refreshes: ReturnType<typeof walk.refresh>[]) =>
    viewAfter((recorder) => {
      for (const each of [walk.token, ...refreshes]) recorder.observe(each)
    }).chain.map((each) => `${each.status}${each.reused ? '!' : ''}`)

  assert.deepEqual(chainAfter(), ['newest'])
  assert.deepEqual(chainAfter(walk.refresh(walk.refreshToken, 'hrt_second')), ['used', 'newest'])
  assert.deepEqual(
    chainAfter(walk.refresh(walk.refreshToken, 'hrt_second'), walk.refresh(walk.refreshToken, undefined, 30)),
    ['ended!', 'ended'],
  )
})
