import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { aJobToken, aWalk, thePassword, walkApi, walkIssuer } from '../testing/exchanges.ts'
import type { DrillRunner } from './drill-desk.ts'
import { createInspector, type Inspector } from './inspector.ts'
import type { InspectorOptions } from './options.ts'

const host = new URL(walkIssuer).host

function start(given: Partial<InspectorOptions> = {}): Inspector {
  return createInspector({ issuer: walkIssuer, access: 'open', verifySignature: async () => true, ...given })
}

/** @param given.headers besides the host */
function ask(
  inspector: Inspector,
  path: string,
  given: { method?: string; headers?: Record<string, string>; body?: string; address?: string } = {},
) {
  const headers: Readonly<Record<string, string>> = { host, ...given.headers }
  const request: HttpRequest = {
    method: given.method ?? 'GET',
    path: path.split('?')[0]!,
    query: path.split('?')[1] ?? '',
    header: (name) => headers[name],
    headers: () => headers,
    repeated: () => false,
    address: given.address ?? '127.0.0.1',
    body: async () => ({ kind: 'text', text: given.body ?? '' }),
  }

  return inspector.handle(request)
}

function textOf(response: HttpResponse | undefined): string {
  assert.ok(typeof response?.body === 'string')

  return response.body
}

async function page(inspector: Inspector, path = '/inspector'): Promise<string> {
  const response = await ask(inspector, path)
  assert.equal(response?.status, 200)

  return textOf(response)
}

function walked(given: Partial<InspectorOptions> = {}) {
  const inspector = start(given)
  const walk = aWalk()
  for (const each of [walk.authorize, walk.signIn, walk.consent, walk.token]) inspector.observe(each)
  inspector.recordDecision(walk.decision, walkApi)
  inspector.recordClientExchange(walk.call)

  return { inspector, walk }
}

test('it answers below /inspector and leaves every other path alone', async () => {
  const inspector = start()

  assert.equal(await ask(inspector, '/token'), undefined)
  assert.equal(await ask(inspector, '/inspectors'), undefined)
  assert.equal((await ask(inspector, '/inspector'))?.status, 200)
  assert.equal((await ask(inspector, '/inspector/nothing'))?.status, 404)
})

test('[UX-2.7] the page lists the six messages with their request lines and statuses, without a script', async () => {
  const { inspector, walk } = walked()

  const text = await page(inspector)

  const steps = [...text.matchAll(/<li class="step" data-step="([A-F])" data-status="(\w+)"[^]*?<\/li>/g)]
  assert.deepEqual(
    steps.map(([, letter, status]) => `${letter} ${status}`),
    ['A done', 'B done', 'C done', 'D done', 'E done', 'F done'],
  )
  assert.ok(steps[0]![0].includes(`GET /authorize?${walk.authorize.request.query.replaceAll('&', '&amp;')} HTTP/1.1`))
  assert.match(steps[2]![0], /POST \/token HTTP\/1\.1/)
  assert.match(steps[3]![0], /200 at\+jwt/)
  assert.match(steps[4]![0], /GET \/orders\?limit=500 HTTP\/1\.1/)
})

test('[UX-2.2] step C shows both halves, the computed one, and that they match', async () => {
  const { inspector, walk } = walked()

  const text = await page(inspector, '/inspector?flow=fl_1&step=C')

  for (const [name, value] of [
    ['verifier', walk.verifier],
    ['computed', walk.challenge],
    ['challenge', walk.challenge],
  ])
    assert.ok(text.includes(`data-tally="${name}">${value}<`), String(name))
  assert.match(text, /The halves match/)
})

test('step A lays one half on the table, and shows nothing of the other', async () => {
  const { inspector, walk } = walked()

  const text = await page(inspector, '/inspector?flow=fl_1&step=A')

  assert.match(text, /data-state="challenge_only"/)
  assert.ok(!text.includes(walk.verifier))
})

test('step D takes the token apart and says whether the live keys verify it', async () => {
  const good = walked({ verifySignature: async () => true })
  const bad = walked({ verifySignature: async () => false })

  const text = await page(good.inspector, '/inspector?flow=fl_1&step=D')

  for (const claim of ['iss', 'sub', 'aud', 'exp', 'jti']) assert.ok(text.includes(`data-field="${claim}"`), claim)
  assert.match(text, /data-signature="verified"/)
  assert.match(await page(bad.inspector, '/inspector?flow=fl_1&step=D'), /data-signature="wrong"/)
})

test('step E lists what the guard checked', async () => {
  const { inspector } = walked()

  const text = await page(inspector, '/inspector?flow=fl_1&step=E')

  for (const check of ['signature', 'type', 'issuer', 'audience', 'time', 'scope'])
    assert.ok(text.includes(`data-check="${check}" data-good="true"`), check)
})

test('[UX-2.4] a flow without a person says that A and B do not happen, and why', async () => {
  const inspector = start()
  inspector.observe(aJobToken())

  const text = await page(inspector, '/inspector?kind=machine')

  assert.match(text, /data-step="A" data-status="not_applicable"[^]*?No person is asked/)
  assert.match(text, /data-step="B" data-status="not_applicable"[^]*?nobody grants anything here/)
})

test('the page has the strict policy of all pages and no inline style, script or handler', async () => {
  const { inspector } = walked()
  const response = await ask(inspector, '/inspector')

  const policy = String(response?.headers['content-security-policy'])
  for (const directive of [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "require-trusted-types-for 'script'",
  ])
    assert.ok(policy.includes(directive), directive)
  const text = textOf(response)
  assert.doesNotMatch(text, /\sstyle="|<style|\son[a-z]+="|javascript:/)
  assert.deepEqual(text.match(/<script[^>]*>/g)?.length, 1)
})

test('styles and script come from the page’s own address and are kept by the browser', async () => {
  const inspector = start()
  const text = await page(inspector)

  for (const [, address] of text.matchAll(/(?:href|src)="(\/inspector\/assets\/[^"]+)"/g)) {
    const response = await ask(inspector, address!)
    assert.equal(response?.status, 200, address!)
    assert.match(String(response?.headers['cache-control']), /immutable/)
  }
})

test('[UX-9.3] the page speaks both languages, by address, cookie and header', async () => {
  const inspector = start()

  const chosen = await ask(inspector, '/inspector?lang=zh-CN')
  const byCookie = await ask(inspector, '/inspector', { headers: { cookie: 'hufu_lang=zh-CN' } })
  const byHeader = await ask(inspector, '/inspector', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } })

  for (const response of [chosen, byCookie, byHeader])
    assert.match(textOf(response), /<html lang="zh-CN"[^]*流程观察器/)
  assert.match(String(chosen?.headers['set-cookie']), /^hufu_lang=zh-CN; Path=\/; .*HttpOnly; SameSite=Lax$/)
})

test('[UX-2.5] the password is in no byte of page, stream and export', async () => {
  const { inspector } = walked()
  const addresses = [
    ...['A', 'B', 'C', 'D', 'E', 'F'].flatMap((step) => [
      `/inspector?flow=fl_1&step=${step}`,
      `/inspector?flow=fl_1&step=${step}&raw=1`,
    ]),
    ...inspector.flows()[0]!.messages.map((each) => `/inspector?flow=fl_1&m=${each.id}`),
    '/inspector/export?flow=fl_1&format=json&secrets=1',
    '/inspector/export?flow=fl_1&format=har&secrets=1',
  ]

  for (const address of addresses) {
    const response = await ask(inspector, address)
    assert.equal(response?.status, 200, address)
    assert.ok(!textOf(response).includes(thePassword), address)
  }
})

test('an export masks secrets unless they are asked for', async () => {
  const { inspector, walk } = walked()

  const masked = await ask(inspector, '/inspector/export?flow=fl_1&format=har')
  const whole = await ask(inspector, '/inspector/export?flow=fl_1&format=har&secrets=1')

  assert.ok(!textOf(masked).includes(walk.code))
  assert.ok(textOf(whole).includes(walk.code))
  assert.equal(JSON.parse(textOf(masked)).log.version, '1.2')
  assert.match(String(masked?.headers['content-disposition']), /^attachment; filename="fl_1\.har"$/)
})

test('[UX-2.6] guarded, nobody but an administrator gets in, and every value is masked', async () => {
  const refused = walked({ access: 'guarded' })
  const wrong = walked({ access: 'guarded', isAdmin: async () => false })
  const { inspector, walk } = walked({ access: 'guarded', isAdmin: async () => true })

  for (const path of ['/inspector', '/inspector/events', '/inspector/export?flow=fl_1'])
    for (const each of [refused, wrong]) assert.equal((await ask(each.inspector, path))?.status, 401, path)

  const secrets = [walk.code, walk.verifier, walk.accessToken, walk.refreshToken, walk.state]
  for (const step of ['A', 'B', 'C', 'D', 'E', 'F'])
    for (const raw of ['', '&raw=1']) {
      const text = await page(inspector, `/inspector?flow=fl_1&step=${step}${raw}`)
      assert.deepEqual(
        secrets.filter((each) => text.includes(each)),
        [],
        step,
      )
    }
  assert.match(await page(inspector, '/inspector?flow=fl_1&step=C'), /The halves match/)
  const exported = await ask(inspector, '/inspector/export?flow=fl_1&secrets=1')
  assert.ok(!textOf(exported).includes(walk.code))
})

test('open is open to this machine only, and only by the server’s own name', async () => {
  const { inspector } = walked()

  assert.equal((await ask(inspector, '/inspector', { address: '192.0.2.7' }))?.status, 403)
  assert.equal((await ask(inspector, '/inspector', { address: 'unknown' }))?.status, 403)
  assert.equal((await ask(inspector, '/inspector', { address: '0:0:0:0::/64' }))?.status, 200)
  assert.equal((await ask(inspector, '/inspector', { headers: { host: 'evil.example:9110' } }))?.status, 403)
  const other = await ask(inspector, '/inspector', { headers: { host: '127.0.0.1:9110' } })
  assert.deepEqual([other?.status, other?.headers['location']], [303, `${walkIssuer}/inspector`])
})

test('the stream begins after the last event the reader saw', async () => {
  const { inspector } = walked()

  const response = (await ask(inspector, '/inspector/events', { headers: { 'last-event-id': '0' } }))!
  assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8')
  const reader = (response.body as AsyncIterable<string>)[Symbol.asyncIterator]()
  const { value } = (await reader.next()) as { value: string }
  await reader.return!()

  assert.match(value, /event: flow\ndata: \{"id":"fl_1"/)
})

test('a program finds the flow of its request', async () => {
  const { inspector, walk } = walked()

  const found = await ask(inspector, `/inspector/flow?request=${walk.token.requestId}`)
  const unknown = await ask(inspector, '/inspector/flow?request=nothing')

  assert.equal(JSON.parse(textOf(found)).url, `${walkIssuer}/inspector?kind=person&flow=fl_1`)
  assert.equal(unknown?.status, 404)
})

const csrfOf = async (inspector: Inspector) => /name="csrf" value="([\w-]+)"/.exec(await page(inspector))?.[1] ?? ''

function withDrill(run: DrillRunner['run']) {
  const walk = aWalk()
  const inspector: Inspector = start({
    drills: {
      drills: [{ name: 'wrong-verifier', code: 'HF-TOKEN-0204' }],
      run: (name) => {
        inspector.observe(walk.token)
        return run(name)
      },
    },
  })

  return { inspector, walk }
}

test('[UX-2.3] a drill runs once for one post of the page, and its flow says code, cause and fix', async () => {
  const ran: string[] = []
  const { inspector, walk } = withDrill(async (name) => {
    ran.push(name)
    return { requestId: walk.token.requestId, code: 'HF-TOKEN-0204', answer: '400 invalid_grant' }
  })

  // As a browser sends it from a page with the policy no-referrer.
  const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' }
  const answer = await post(inspector, { body: `csrf=${await csrfOf(inspector)}`, headers })

  assert.deepEqual([answer?.status, answer?.headers['location']], [303, '/inspector?kind=person&flow=fl_1'])
  assert.deepEqual(ran, ['wrong-verifier'])
  const text = await page(inspector, '/inspector?kind=person&flow=fl_1')
  assert.match(text, /data-met="true"[^]*HF-TOKEN-0204[^]*href="\/errors\/HF-TOKEN-0204"/)
})

test('[UX-2.3] a drill that is answered otherwise says so', async () => {
  const { inspector, walk } = withDrill(async () => ({
    requestId: walk.token.requestId,
    code: undefined,
    answer: '200',
  }))

  await post(inspector, { body: `csrf=${await csrfOf(inspector)}` })

  assert.match(await page(inspector, '/inspector?flow=fl_1'), /data-met="false"[^]*not the refusal that was expected/)
})

test('a post from another place runs no drill', async () => {
  const ran: string[] = []
  const { inspector } = withDrill(async (name) => {
    ran.push(name)
    return { requestId: '', code: undefined, answer: '' }
  })
  const csrf = await csrfOf(inspector)

  const answers = [
    await post(inspector, { body: '' }),
    await post(inspector, { body: `csrf=${csrf.slice(0, -1)}A-` }),
    await post(inspector, { body: `csrf=${csrf}`, headers: { origin: 'https://evil.example' } }),
    await post(inspector, { body: `csrf=${csrf}`, headers: { origin: 'null' } }),
    await post(inspector, { body: `csrf=${csrf}`, headers: { 'sec-fetch-site': 'cross-site' } }),
    await post(inspector, { body: `csrf=${csrf}`, headers: { 'sec-fetch-site': 'same-site' } }),
  ]

  assert.deepEqual(
    answers.map((each) => each?.status),
    [403, 403, 403, 403, 403, 403],
  )
  assert.equal((await ask(inspector, '/inspector/drills/wrong-verifier'))?.status, 405)
  assert.equal(
    (await ask(inspector, '/inspector/drills/unknown-one', { method: 'POST', body: `csrf=${csrf}` }))?.status,
    404,
  )
  assert.deepEqual(ran, [])
})

test('a drill that breaks leaves a page that says so, and the next one runs', async () => {
  let count = 0
  const { inspector, walk } = withDrill(async () => {
    if (count++ === 0) throw new Error('the demo is resetting')
    return { requestId: walk.token.requestId, code: 'HF-TOKEN-0204', answer: '400' }
  })
  const body = `csrf=${await csrfOf(inspector)}`

  const first = await post(inspector, { body })
  const second = await post(inspector, { body })

  assert.equal(first?.headers['location'], '/inspector?drill=failed')
  assert.match(await page(inspector, '/inspector?drill=failed'), /The drill could not be run/)
  assert.match(String(second?.headers['location']), /flow=fl_1/)
})

const post = (
  inspector: Inspector,
  given: { body: string; headers?: Record<string, string> },
): Promise<HttpResponse | undefined> => ask(inspector, '/inspector/drills/wrong-verifier', { method: 'POST', ...given })
