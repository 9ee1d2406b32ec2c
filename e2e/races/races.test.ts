import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  createHttpClient,
  getCode,
  isActive,
  redeem,
  refresh,
  signIn,
  startChildServer,
  tokensOf,
} from '../support/child-server.ts'
import type { Answer, ChildServer, HttpClient } from '../support/child-server.ts'

/** `HUFU_ROUNDS=1000` is the full set (`npm run test:races`). */
const rounds = Number(process.env['HUFU_ROUNDS'] ?? 60)
const parallel = 50

let server: ChildServer
let http: HttpClient
let cookie: string

before(async () => {
  server = await startChildServer()
  http = createHttpClient(server.url, parallel)
  cookie = await signIn(http)
})

after(async () => {
  http?.close()
  await server?.remove()
})

const atOnce = (send: () => Promise<Answer>) => Promise.all(Array.from({ length: parallel }, send))

test(`[CD-02] of ${parallel} concurrent redemptions of one code over HTTP exactly one succeeds, and the replays end what it made`, async (t) => {
  // req: O21-4.1.3-03, O21-4.1.3-04, CD-01
  for (let round = 0; round < rounds; round++) {
    const code = await getCode(http, cookie)

    const answers = await atOnce(() => redeem(http, code))

    const winners = answers.filter((each) => each.status === 200)
    assert.equal(winners.length, 1, `round ${round}: ${winners.length} succeeded`)
    const losers = answers.filter((each) => each.status !== 200)
    assert.ok(
      losers.every((each) => each.status === 400 && tokensOf(each).error === 'invalid_grant'),
      `round ${round}`,
    )
    assert.equal(await isActive(http, tokensOf(winners[0]!).access_token), false)
  }
  t.diagnostic(`${rounds} rounds, ${rounds * parallel} requests, ${rounds} successes`)
})

test(`[RT-02] of ${parallel} concurrent uses of one refresh token every success carries the same one successor`, async (t) => {
  // req: RT-03, RT-04, O21-4.3.1-05
  let successes = 0
  for (let round = 0; round < rounds; round++) {
    const first = tokensOf(await redeem(http, await getCode(http, cookie)))

    const answers = await atOnce(() => refresh(http, first.refresh_token))

    assert.ok(
      answers.every((each) => each.status === 200),
      `round ${round}: ${answers.map((each) => each.status).join(' ')}`,
    )
    const successors = new Set(answers.map((each) => tokensOf(each).refresh_token))
    assert.equal(successors.size, 1, `round ${round}: ${successors.size} successors`)
    assert.ok(!successors.has(first.refresh_token))
    const [successor] = successors
    const next = await refresh(http, successor!)
    assert.equal(next.status, 200, 'the one successor goes on')
    successes += answers.length
  }
  t.diagnostic(`${rounds} rounds, ${successes} successes, ${rounds} successors, no 5xx`)
})

test(`[RT-15] after an acknowledged revocation nothing of the grant works, however many refreshes ran beside it`, async (t) => {
  const { asRacer, form } = await import('../support/child-server.ts')
  for (let round = 0; round < Math.ceil(rounds / 4); round++) {
    const first = tokensOf(await redeem(http, await getCode(http, cookie)))

    const [revoked, ...answers] = await Promise.all([
      http.send('POST', '/revoke', asRacer, form({ token: first.refresh_token })),
      ...Array.from({ length: 10 }, () => refresh(http, first.refresh_token)),
    ])

    assert.equal(revoked.status, 200)
    for (const answer of answers.filter((each) => each.status === 200)) {
      assert.equal(await isActive(http, tokensOf(answer).access_token), false)
      assert.equal((await refresh(http, tokensOf(answer).refresh_token)).status, 400)
    }
    assert.ok(answers.every((each) => each.status === 200 || each.status === 400))
  }
  t.diagnostic(`${Math.ceil(rounds / 4)} rounds`)
})
