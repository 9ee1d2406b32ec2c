import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accept, refuse } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { addSeconds, seconds } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { SendProblem } from '../ports/send-form.ts'
import { maxAttempts } from '../protocol/back-channel.ts'
import type { ClientId } from '../protocol/client.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { aClient, anEvent, aSession, aSettings, createClock, seededRandom, someChanges } from '../testing/index.ts'
import { createLogoutDeliveries } from './logout-delivery.ts'

type Answer = Result<number, SendProblem>

/** Clients that are told by `answer`, over a store in which their sessions are over. */
async function open(count: number, answer: (url: string) => Answer | Promise<Answer>) {
  const store = openSqlite({ file: ':memory:' })
  const clock = createClock()
  const sent: { readonly url: string; readonly token: string }[] = []
  const faults: unknown[] = []
  const ports = {
    store,
    now: clock.now,
    random: seededRandom(1),
    settings: aSettings(),
    keys: { pairwiseSubjects: new Uint8Array(32) },
    signer: { algorithms: ['RS256'], sign: async (claims: object, typ: string) => JSON.stringify({ typ, ...claims }) },
    log: { fault: (error: unknown) => faults.push(error) },
  } as unknown as Ports
  const start = () =>
    createLogoutDeliveries(ports, async (url, fields) => {
      sent.push({ url, token: fields['logout_token'] ?? '' })
      return answer(url)
    })
  const session = aSession()
  await store.startSession(session, undefined, anEvent(), anEvent())
  for (let index = 0; index < count; index++) {
    const id = `client-${index}` as ClientId
    const logout = { redirectUris: [], backchannelUri: `https://${id}.example/out`, needsSession: false }
    await store.saveClient(aClient({ id, logout }), anEvent())
    await store.commit(someChanges({ signedIn: { begunAs: session.begunAs, mustLast: true, tell: id } }), clock.now())
  }
  await store.endSession(session.id, anEvent({ at: clock.now() }), anEvent())
  const told = async () =>
    (await store.listAudit(undefined, 1000))
      .filter(({ type }) => type === 'logout_delivered')
      .map(({ outcome, reason }) => reason ?? outcome)

  return { store, clock, sent, faults, start, told }
}

/** Delivers what is due now. */
async function deliver(deliveries: ReturnType<typeof createLogoutDeliveries>): Promise<void> {
  deliveries.soon()
  await deliveries.settled()
}

test('[OUT-BC-2.5-01] each client is told once, also by two instances at once, and never more than ten at the same time', async () => {
  let now = 0
  let most = 0
  const { sent, start, told } = await open(25, async () => {
    most = Math.max(most, ++now)
    await new Promise(setImmediate)
    now -= 1
    return accept(200)
  })
  const [one, two] = [start(), start()]
  one.soon()
  one.soon()
  await Promise.all([deliver(one), deliver(two)])

  assert.equal(new Set(sent.map(({ url }) => url)).size, 25)
  assert.equal(sent.length, 25)
  assert.ok(most <= 20, `${most} for two instances`)
  assert.deepEqual(
    await told(),
    Array.from({ length: 25 }, () => 'done'),
  )
})

test('[OUT-BC-2.5-01] whom nobody reaches is tried again with the same jti, after a while each time, and given up in the end', async () => {
  const { sent, start, told, clock } = await open(1, () => refuse('unreachable'))
  const deliveries = start()

  await deliver(deliveries)
  for (const [index, wait] of [10, 60, 300, 1800].entries()) {
    clock.advance(seconds(wait - 1))
    await deliver(deliveries)
    assert.equal(sent.length, index + 1, `not before ${wait} seconds`)
    clock.advance(seconds(1))
    await deliver(deliveries)
    assert.equal(sent.length, index + 2, `after ${wait} seconds`)
  }
  clock.advance(seconds(80_000))
  await deliver(deliveries)

  assert.equal(sent.length, maxAttempts)
  const tokens = sent.map(({ token }) => JSON.parse(token) as Record<'jti' | 'iat' | 'typ', unknown>)
  assert.equal(new Set(tokens.map(({ jti }) => jti)).size, 1)
  assert.equal(new Set(tokens.map(({ iat }) => iat)).size, maxAttempts)
  assert.equal(tokens[0]?.typ, 'logout+jwt')
  assert.deepEqual(await told(), ['unreachable'])
})

test('[OUT-BC-2.5-01] what a process that died had taken is delivered by another', async () => {
  const { sent, start, told, clock, store } = await open(2, () => accept(204))
  await store.claimLogouts(addSeconds(clock.now(), seconds(30)), 2, clock.now())

  await deliver(start())
  assert.equal(sent.length, 0)
  clock.advance(seconds(30))
  await deliver(start())
  assert.equal(sent.length, 2)
  assert.deepEqual(await told(), ['done', 'done'])
})

test('[OUT-BC-2.5-01] an answer is the end, whatever it is; the audit says what came of it and holds no token', async () => {
  const answers = [400, 303, 500]
  const { sent, start, told, store, clock } = await open(3, (url) => accept(answers[Number(/\d/.exec(url)?.[0])]!))

  await deliver(start())
  clock.advance(seconds(7200))
  await deliver(start())
  assert.equal(sent.length, 3)
  assert.deepEqual((await told()).toSorted(), ['status_303', 'status_400', 'status_500'])
  const audit = JSON.stringify(await store.listAudit(undefined, 1000))
  for (const { token } of sent) assert.ok(!audit.includes((JSON.parse(token) as { readonly jti: string }).jti))
})

test('[OUT-BC-2.5-01] a client that is gone, off or takes no more tokens is not told', async () => {
  const { sent, start, told, store } = await open(2, () => accept(200))
  const [first, second] = await Promise.all(['client-0', 'client-1'].map((each) => store.findClient(each as ClientId)))
  await store.saveClient({ ...first!, disabledAt: first!.createdAt }, anEvent())
  await store.saveClient({ ...second!, logout: { ...second!.logout, backchannelUri: undefined } }, anEvent())
  await deliver(start())

  assert.deepEqual(sent, [])
  assert.deepEqual(await told(), ['client_gone', 'client_gone'])
})

test('a store that cannot answer is told to the operator, and the deliveries wait', async () => {
  const { sent, start, faults, store } = await open(1, () => accept(200))
  await store.close()
  await deliver(start())

  assert.equal(faults.length, 1)
  assert.deepEqual(sent, [])
})

test('a server that stops ends what it has begun and leaves the rest to others', async () => {
  const { sent, start, told } = await open(25, () => accept(200))
  const stopping = start()
  stopping.soon()
  await stopping.close()
  const begun = sent.length
  await deliver(stopping)

  assert.ok(begun <= 10)
  assert.equal(sent.length, begun)
  assert.equal((await told()).length, begun)
  await deliver(start())
  assert.equal(sent.length, 25)
})
