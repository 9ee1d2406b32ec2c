import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ports } from '../ports/ports.ts'
import { StoreUnavailable } from '../ports/store.ts'
import { aRequest, textOf } from '../testing/build-request.ts'
import { aSettings } from '../testing/build-settings.ts'
import { createClock } from '../testing/clock.ts'
import { seededRandom } from '../testing/random.ts'
import { createHandler } from './handler.ts'
import { text } from './respond.ts'
import type { Endpoint, Route } from './router.ts'

const say =
  (what: string): Endpoint =>
  async () =>
    text(200, what)

function handlerFor(routes: readonly Partial<Route>[]) {
  const faults: unknown[] = []
  const ports = {
    now: createClock().now,
    random: seededRandom('handler'),
    settings: aSettings(),
    log: { fault: (error: unknown) => faults.push(error) },
  } as unknown as Ports
  const fallback = {
    notFound: async () => text(404, 'none'),
    failed: async (_request: unknown, _caller: unknown, { code }: { code: string }) => text(500, `page ${code}`),
  }
  const all = routes.map((each): Route => ({
    path: '/a',
    methods: { GET: say('got') },
    cors: false,
    audience: 'program',
    ...each,
  }))

  return { handle: createHandler(all, fallback, ports), faults }
}

test('[HT-10] a path is found as it is written, and in no other spelling', async () => {
  const { handle } = handlerFor([{ path: '/token' }, { path: '/i/*' }])
  const statusOf = async (path: string) => (await handle(aRequest({ path }))).status

  assert.equal(await statusOf('/token'), 200)
  assert.equal(await statusOf('/i/anything/below'), 200)
  for (const path of [
    '/token/',
    '/Token',
    '/%74oken',
    '/token;x',
    '/token?',
    '/x/../token',
    '/i',
    '/__proto__',
    '/constructor',
    '',
  ])
    assert.equal(await statusOf(path), 404, path)
})

test('[R10] a method that a path does not have is 405, whatever its name and whatever else the request says', async () => {
  // req: HT-02, HT-12, O21-3.2-02
  const { handle } = handlerFor([{ methods: { POST: say('posted') } }])

  for (const method of [
    'GET',
    'HEAD',
    'PUT',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'post',
    'toString',
    'constructor',
    '__proto__',
    'hasOwnProperty',
  ]) {
    const answer = await handle(
      aRequest({ path: '/a', method, headers: { 'x-http-method-override': 'POST' }, query: '_method=POST' }),
    )
    assert.equal(answer.status, 405, method)
    assert.equal(answer.headers['allow'], 'POST')
  }
})

test('[O21-3.1-08] only a route that may be read from elsewhere answers a preflight and says so', async () => {
  // req: HT-09, O21-3.2-05
  const { handle } = handlerFor([{ path: '/open', cors: true }, { path: '/closed' }])
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' }
  const corsOf = async (path: string, method: string) => {
    const answer = await handle(aRequest({ path, method, headers }))

    return Object.keys(answer.headers).some((name) => name.startsWith('access-control-'))
  }

  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT']) {
    assert.equal(await corsOf('/open', method), true, method)
    assert.equal(await corsOf('/closed', method), false, method)
  }
})

test('[O21-4.1.2.1-06] whatever is thrown becomes an answer without its text, JSON for programs, a page for people', async () => {
  // req: IN-11, LG-01
  const throwing = (error: Error) => ({ methods: { GET: () => Promise.reject(error) } })
  const fault = new Error('hufucanary_detail at /srv/hufu')
  const { handle, faults } = handlerFor([
    { path: '/program', ...throwing(fault) },
    { path: '/person', audience: 'person', ...throwing(fault) },
    { path: '/busy', ...throwing(new StoreUnavailable('hufucanary_locked')) },
  ])

  const program = await handle(aRequest({ path: '/program' }))
  const person = await handle(aRequest({ path: '/person' }))
  const busy = await handle(aRequest({ path: '/busy' }))

  assert.equal(program.status, 500)
  assert.match(textOf(program), /"error":"server_error"/)
  assert.equal(person.body, 'page server_error')
  assert.equal(busy.status, 503)
  assert.equal(busy.headers['retry-after'], '1')
  assert.equal(faults.length, 3)
  for (const each of [program, person, busy]) assert.ok(!textOf(each).includes('hufucanary'))
})

test('[LG-06] every answer has a number of its own', async () => {
  const { handle } = handlerFor([{}])

  const ids = await Promise.all(
    ['/a', '/a', '/none'].map(async (path) => (await handle(aRequest({ path }))).headers['hufu-request-id']),
  )

  assert.equal(new Set(ids).size, 3)
  for (const id of ids) assert.match(String(id), /^[0-9a-f]{32}$/)
})
