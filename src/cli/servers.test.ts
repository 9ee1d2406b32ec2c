import assert from 'node:assert/strict'
import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { aFolder, runHufu, startHufu } from '../testing/hufu-process.ts'
import { examples } from './program.ts'

/*
 * `hufu dev` and `hufu start` on ports the system chooses.
 */
const isWindows = process.platform === 'win32'
const goodSecret = 'hcs_3xQ8rT2mZv7LpKc0yWnB5sJd9FgHa1eU4oIiRkXtN6M'

const seed = {
  clients: [
    { client_id: 'job', client_secret: 'plain', grant_types: ['client_credentials'], scope: 'orders.read' },
    {
      client_id: 'web',
      client_secret: 'plain',
      redirect_uris: ['http://127.0.0.1:9130/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  users: [{ username: 'li.wei', password: 'maple-harbor-42', name: 'Li Wei', email: 'li.wei@example.com' }],
  resources: [{ resource: 'http://127.0.0.1:9120', scopes: ['orders.read'], tokenFormat: 'jwt' }],
  scopes: [{ name: 'orders.read', title: 'See your orders', description: 'All of them' }],
}
const config = {
  issuer: 'https://auth.shop.cn',
  listen: { port: 0 },
  shutdownDelay: 0,
  data: 'data',
  seed: 'seed.json',
  resources: [{ resource: 'https://api.shop.cn', scopes: ['orders.read'] }],
  scopes: [{ name: 'orders.read', title: { en: 'See your orders', 'zh-CN': '查看您的订单' } }],
}
const productionSeed = {
  clients: [{ client_id: 'job', client_secret: goodSecret, grant_types: ['client_credentials'] }],
  users: [{ username: 'li.wei', password: 'maple-harbor-42' }],
}

test('hufu dev says ready once on stdout, serves its seed over http on loopback, and ends when it is told to', async (context) => {
  const folder = await aFolder(context, { 'seed.json': seed })

  const server = await startHufu(context, wordsOf('dev', 1), folder)
  const url = /^ready (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(server.stdout())?.[1] ?? 'none'
  const metadata = (await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()) as { issuer: string }
  const tokens = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('job:plain')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })

  assert.equal(metadata.issuer, url)
  assert.equal(tokens.status, 200)
  assert.equal(await server.stop('SIGTERM'), 0)
  assert.equal(server.stdout(), `ready ${url}\n`)
  assert.deepEqual((await readdir(join(folder, '.hufu/dev'))).toSorted(), [
    'development',
    'hufu.db',
    'secret.key',
    'seen.json',
  ])

  const again = await startHufu(context, wordsOf('dev', 1), folder)
  assert.equal(await again.stop('SIGINT'), 0)
})

test('hufu dev on a port that is taken ends with 6, and with a seed that is wrong with 3 and the place', async (context) => {
  const folder = await aFolder(context, {
    'port.json': {},
    'wrong.json': { clients: [{ client_id: 'x', client_secret: 's', redirect_uris: ['/cb'] }] },
  })
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  context.after(() => taken.close())
  const { port } = taken.address() as AddressInfo

  const [onTaken, onWrong, onNone] = await Promise.all([
    runHufu(['dev', '--port', String(port), '--data', 'a'], folder),
    runHufu(['dev', '--port', '0', '--data', 'b', '--seed', 'wrong.json', '--json'], folder),
    runHufu(['dev', '--port', '0', '--data', 'c', '--seed', 'none.json'], folder),
  ])

  assert.deepEqual([onTaken.exit, onWrong.exit, onNone.exit], [6, 3, 3])
  assert.match(onTaken.stderr, /HF-CONF-0713 [\s\S]*EADDRINUSE[\s\S]*To fix: /)
  const { error } = JSON.parse(onWrong.stderr) as { error: Record<string, string> }
  assert.equal(error['code'], 'HF-CONF-0712')
  assert.match(error['cause'] ?? '', /^clients\[0\]\.redirect_uris\[0\]: /)
  assert.match(onNone.stderr, /ENOENT/)
  assert.equal(onTaken.stdout + onWrong.stdout + onNone.stdout, '')
})

test('hufu start serves under its https issuer, logs routes without what is in them, and ends when it is told to', async (context) => {
  // req: LG-06
  const folder = await aFolder(context, { 'seed.json': productionSeed, 'hufu.config.json': config })

  const server = await startHufu(context, wordsOf('start', 0), folder)
  const started = JSON.parse(server.stderr().split('\n')[0] ?? '') as { url: string; issuer: string }
  const tokens = await fetch(`${started.url}/token?canary=1`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`job:${goodSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  await fetch(`${started.url}/canary%0a/canary?canary`)
  await fetch(`${started.url}/i/canary`)

  assert.equal(started.issuer, config.issuer)
  assert.equal(tokens.status, 200)
  const { access_token: token } = (await tokens.json()) as { access_token: string }
  assert.equal(await server.stop('SIGTERM'), 0)
  assert.equal(server.stdout(), `ready ${config.issuer}\n`)
  const lines = server.stderr().trimEnd().split('\n')
  const routes = lines
    .map((line) => (JSON.parse(line) as { route?: string }).route)
    .filter((each) => each !== undefined)
  assert.deepEqual(routes, ['/token', 'other', '/i/*'])
  for (const secret of ['canary', goodSecret, token]) assert.ok(!server.stderr().includes(secret))
})

test('[AD-07] hufu start refuses everything unsafe at once: exit 8, code and fix for each, and nothing is made', async (context) => {
  // req: HT-15
  const folder = await aFolder(context, {
    'seed.json': { ...productionSeed, users: seed.users },
    'hufu.config.json': {
      ...config,
      issuer: 'http://auth.shop.cn',
      listen: { host: '0.0.0.0', port: 0 },
      codeLifetime: 601,
    },
  })
  await chmod(join(folder, 'seed.json'), 0o644)

  const ran = await runHufu(wordsOf('start', 0), folder)

  assert.equal(ran.exit, 8)
  const codes = [...ran.stderr.matchAll(/HF-CONF-07\d\d/g)].map(([code]) => code)
  const expected = ['HF-CONF-0701', 'HF-CONF-0711', 'HF-CONF-0702', 'HF-CONF-0704', 'HF-CONF-0705']
  assert.deepEqual(codes, isWindows ? expected.filter((code) => code !== 'HF-CONF-0704') : expected)
  assert.equal(ran.stderr.match(/To fix: /g)?.length, codes.length)
  assert.equal(ran.stdout, '')
  assert.deepEqual((await readdir(folder)).toSorted(), ['hufu.config.json', 'seed.json'])
})

test('[AD-07] what development left behind is no data for production, nor the other way round', async (context) => {
  const folder = await aFolder(context, { 'seed.json': productionSeed, 'hufu.config.json': config })
  const dev = await startHufu(context, ['dev', '--port', '0', '--data', 'data'], folder)
  await dev.stop('SIGTERM')

  const started = await runHufu(wordsOf('start', 0), folder)
  await rm(join(folder, 'data', 'development'))
  const developed = await runHufu(['dev', '--port', '0', '--data', 'data'], folder)

  assert.deepEqual([started.exit, developed.exit], [8, 8])
  assert.match(started.stderr, /HF-CONF-0707/)
  assert.match(developed.stderr, /HF-CONF-0709/)
})

test('a database without its secret, or with another one, is left alone', async (context) => {
  const folder = await aFolder(context, { 'seed.json': productionSeed, 'hufu.config.json': config })
  const server = await startHufu(context, wordsOf('start', 0), folder)
  await server.stop('SIGTERM')
  const secret = join(folder, 'data', 'secret.key')

  await rm(secret)
  const without = await runHufu(wordsOf('start', 0), folder)
  await writeFile(secret, `${Buffer.from(goodSecret.slice(0, 32)).toString('base64url')}\n`, { mode: 0o600 })
  const other = await runHufu(wordsOf('start', 0), folder)

  assert.deepEqual([without.exit, other.exit], [8, 3])
  assert.match(without.stderr, /HF-CONF-0708/)
  assert.match(other.stderr, /HF-KEYS-0901/)
})

test('[UX-1.6] hufu demo hands its words on to the demo, and the exit code back', async (context) => {
  const folder = await aFolder(context, {})

  const [onNetwork, onNothing] = await Promise.all([
    runHufu(['demo', '--host', '0.0.0.0'], folder),
    runHufu(['demo', 'job', '--data', folder], folder),
  ])

  assert.equal(onNetwork.exit, 8, onNetwork.stderr)
  assert.notEqual(onNothing.exit, 0)
  assert.match(onNothing.stderr, /npm start/)
})

/** The words of an example of the help, which so is shown to work. */
const wordsOf = (command: string, at: number) => examples[command]![at]!.split(' ').slice(1)
