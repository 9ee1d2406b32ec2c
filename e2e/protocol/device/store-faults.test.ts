import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breakable } from '../../support/breakable.ts'
import { begin, begun, d1, decide, enter, poll, signIn } from '../../support/device.ts'
import type { Begun } from '../../support/device.ts'
import { has } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused } from '../../support/token-oracles.ts'
import type { Page } from '../../support/user-agent.ts'

/*
 * A store that cannot answer, at any one of its calls: things are as before, or as after, and what was not done works
 * when it is sent again.
 */

const options = { features: { deviceGrant: true } }

interface Operation {
  readonly name: string
  /** Prepares, and gives the request; it is sent again when the store is back. */
  readonly prepare: (as: TestServer) => Promise<() => Promise<Response>>
  /** The answer when the store is well, as status and error. */
  readonly well: string
}

const operations: readonly Operation[] = [
  { name: 'a device that begins', well: '200', prepare: async (as) => () => begin(as) },
  {
    name: 'a device that must wait',
    well: '400 authorization_pending',
    prepare: async (as) => {
      const device = await begun(as)
      return () => poll(as, device)
    },
  },
  {
    name: 'a device that is given its tokens',
    well: '200',
    prepare: async (as) => {
      const device = await begun(as)
      await decide(as, device)
      return () => poll(as, device)
    },
  },
  {
    name: 'a device that hears a no',
    well: '400 access_denied',
    prepare: async (as) => {
      const device = await begun(as)
      await decide(as, device, 'deny')
      return () => poll(as, device)
    },
  },
  {
    name: 'a code that was used',
    well: '400 invalid_grant',
    prepare: async (as) => {
      const device = await begun(as)
      await decide(as, device)
      await poll(as, device)
      return () => poll(as, device)
    },
  },
]

const told = async (answer: Response) => {
  const { error } = (await answer.json()) as { error?: string }

  return error === undefined ? `${answer.status}` : `${answer.status} ${error}`
}

for (const { name, prepare, well } of operations) {
  test(`[IN-11] ${name} is answered 503 wherever the store fails, changes nothing then, and works when it is back`, async (t) => {
    const store = await breakable(t, options)
    assert.ok((await store.as.server.saveClient(d1)).ok)
    const rehearsal = await prepare(store.as)
    store.called()
    assert.equal(await told(await rehearsal()), well)
    const calls = store.called()
    assert.ok(calls.length > 0)

    for (const call of calls) {
      const send = await prepare(store.as)
      store.as.writes.length = 0
      store.break(call)
      await assertRefused(await send(), 503, 'temporarily_unavailable', call)
      store.break(undefined)

      assert.deepEqual(
        store.as.writes.filter((each) => each !== call),
        [],
        `${call}: nothing else was written`,
      )
      assert.equal(await told(await send()), well, `${call}: again`)
    }
  })
}

interface Step {
  readonly name: string
  /** Goes up to the step, and gives what the person does; it is done again when the store is back. */
  readonly prepare: (as: TestServer, device: Begun) => Promise<() => Promise<Page>>
  readonly isDone: (page: Page) => boolean
  /** What the device hears before and after. */
  readonly heard: readonly [string, string]
}

const steps: readonly Step[] = [
  {
    name: 'looking at the page',
    prepare: async (as, device) => {
      const by = await as.signedIn()
      return () => by.open(device.verification_uri_complete)
    },
    isDone: (page) => has(page, '/device'),
    heard: ['400 authorization_pending', '400 authorization_pending'],
  },
  {
    name: 'entering the code',
    prepare: async (as, { user_code }) => {
      const by = as.browser()
      const page = await by.open(`${as.issuer}/device`)
      return () => by.submit(page, '/device', { user_code })
    },
    isDone: (page) => has(page, '/sign-in'),
    heard: ['400 authorization_pending', '400 authorization_pending'],
  },
  ...(['allow', 'deny'] as const).map((decision): Step => ({
    name: decision === 'allow' ? 'a yes' : 'a no',
    prepare: async (as, { user_code }) => {
      const by = as.browser()
      const page = await signIn(await enter(as, by, user_code), by)
      return () => by.submit(page, '/consent', { decision })
    },
    isDone: (page) => /You can close this page/.test(page.html),
    heard: ['400 authorization_pending', decision === 'allow' ? '200' : '400 access_denied'],
  })),
]

for (const { name, prepare, isDone, heard } of steps) {
  test(`[IN-11] ${name} is a page with status 503 wherever the store fails, and goes on when it is back`, async (t) => {
    // req: DEV-3.3-01
    const store = await breakable(t, options)
    assert.ok((await store.as.server.saveClient(d1)).ok)
    const rehearsal = await prepare(store.as, await begun(store.as))
    store.called()
    assert.ok(isDone(await rehearsal()))
    const calls = store.called()
    assert.ok(calls.length > 0)

    for (const call of calls) {
      const device = await begun(store.as)
      const act = await prepare(store.as, device)
      store.break(call)
      const page = await act()
      store.break(undefined)

      assert.equal(page.status, 503, call)
      assert.equal(await told(await poll(store.as, device)), heard[0], call)
      assert.ok(isDone(await act()), `${call}: again`)
      store.as.later(5)
      assert.equal(await told(await poll(store.as, device)), heard[1], `${call}: again`)
      store.as.later(600)
    }
  })
}
