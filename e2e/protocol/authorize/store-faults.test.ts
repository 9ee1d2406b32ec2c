import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breakable } from '../../support/breakable.ts'
import * as cast from '../../support/fixtures.ts'
import { addClient, o1 } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { pushed } from '../../support/push.ts'
import { has, responseOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Page } from '../../support/user-agent.ts'

/*
 * A store that cannot answer, at any one of its calls, while a person is on our pages: they are told so on a page with a
 * number, nothing goes to the app but that it should come again, and what they did works when they do it again.
 */

const bye = 'https://open.example/bye'
const leaving = { ...o1, client_id: 'o2', post_logout_redirect_uris: [bye] } as const

interface Step {
  readonly name: string
  /** Goes up to the step, and gives what the person does; it is done again when the store is back. */
  readonly prepare: (as: TestServer) => Promise<() => Promise<Page>>
  /** True for where the person comes to when the store is well. */
  readonly isDone: (page: Page) => boolean
}

const hasCode = (page: Page) => responseOf(page).has('code')
const signIn = { username: cast.alice.username, password: cast.alice.password }

const steps: readonly Step[] = [
  {
    name: 'opening the app’s request',
    prepare: async (as) => {
      const by = as.browser()
      const { url } = as.authorize()
      return () => by.open(url)
    },
    isDone: (page) => has(page, '/sign-in'),
  },
  {
    name: 'opening a pushed request',
    prepare: async (as) => {
      const by = as.browser()
      const { url } = await pushed(as)
      return () => by.open(url)
    },
    isDone: (page) => has(page, '/sign-in'),
  },
  {
    name: 'coming back to an app that was allowed',
    prepare: async (as) => {
      const by = await as.signedIn()
      await as.code({}, cast.c1, by)
      const { url } = await pushed(as)
      return () => by.open(url)
    },
    isDone: hasCode,
  },
  {
    name: 'signing in for an app',
    prepare: async (as) => {
      const by = as.browser()
      const page = await by.open(as.authorize().url)
      return () => by.submit(page, '/sign-in', signIn)
    },
    isDone: (page) => has(page, '/consent'),
  },
  ...(['allow', 'deny'] as const).map((decision): Step => ({
    name: decision === 'allow' ? 'a yes' : 'a no',
    prepare: async (as) => {
      const by = await as.signedIn()
      const page = await by.open((await pushed(as, { prompt: 'consent' })).url)
      return () => by.submit(page, '/consent', { decision })
    },
    isDone: (page) => (decision === 'allow' ? hasCode(page) : responseOf(page).get('error') === 'access_denied'),
  })),
  {
    name: 'signing out by an app',
    prepare: async (as) => {
      const by = await as.signedIn()
      const { id_token } = (await as.tokens({ scope: 'openid' }, leaving, by)) as TokensWithId
      const asked = toForm({ id_token_hint: id_token, post_logout_redirect_uri: bye })
      return () => by.open(`${as.issuer}/end-session?${asked}`)
    },
    isDone: (page) => page.leavesFor === bye,
  },
  {
    name: 'answering whether to sign out',
    prepare: async (as) => {
      const by = await as.signedIn()
      const page = await by.open(`${as.issuer}/end-session?client_id=o2`)
      return () => by.submit(page, '/end-session')
    },
    isDone: (page) => /You are signed out/.test(page.html),
  },
]

/** A request that waits, and a session whose cookie has not arrived: nobody can use them, and they expire. */
const harmless = ['saveTransaction', 'startSession']
const beside = ['countAttempt', 'claimLogouts']

for (const { name, prepare, isDone } of steps) {
  test(`[IN-11] ${name} is told to come again wherever the store fails, and goes on when it is back`, async (t) => {
    // req: O21-4.1.2.1-06, PAR-4-02, OUT-RP-4-01
    const store = await breakable(t)
    await addClient(store.as, leaving)
    const rehearsal = await prepare(store.as)
    store.called()
    const rehearsed = await rehearsal()
    assert.ok(isDone(rehearsed), rehearsed.html)
    const calls = store.called()
    assert.ok(calls.length > 0)

    for (const call of calls) {
      const act = await prepare(store.as)
      store.as.writes.length = 0
      store.break(call)
      const failed = await act()
      store.break(undefined)

      // What is only kept beside it may fail unseen: that somebody was here before, that other apps are told.
      if (isDone(failed)) {
        assert.ok(beside.includes(call), call)
        continue
      }
      const told = responseOf(failed).get('error')
      assert.ok(failed.status === 503 || told === 'temporarily_unavailable', `${call}: ${failed.status} ${told}`)
      assert.ok(!hasCode(failed), call)
      assert.deepEqual(
        store.as.writes.filter((each) => each !== call && !harmless.includes(each)),
        [],
        `${call}: nothing else was written`,
      )
      const again = await act()
      assert.ok(isDone(again), `${call}: again: ${again.status} ${again.leavesFor}\n${again.html}`)
    }
  })
}
