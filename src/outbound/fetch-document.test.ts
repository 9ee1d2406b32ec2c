import assert from 'node:assert/strict'
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import type { FetchDocument } from '../ports/fetch-document.ts'
import { localhostCertificate } from '../testing/localhost-certificate.ts'
import { createFetchDocument, type FetchDocumentOptions } from './fetch-document.ts'
import type { NameAddress } from './resolve-name.ts'

const json = { 'content-type': 'application/json' }
const jwks = JSON.stringify({ keys: [] })
const asked: string[] = []

/** What the other side may do, by path. */
const behaviours: Readonly<Record<string, RequestListener>> = {
  '/good': (_request, response) => response.writeHead(200, json).end(jwks),
  '/jwk-set': (_request, response) => response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(jwks),
  '/kept': (_request, response) =>
    response.writeHead(200, { ...json, 'cache-control': 'max-age=600', age: '100' }).end(jwks),
  '/5120': (_request, response) => response.writeHead(200, json).end('x'.repeat(5120)),
  '/5121': (_request, response) => response.writeHead(200, json).end('x'.repeat(5121)),
  '/drips': (request, response) => {
    response.writeHead(200, json)
    const drip = setInterval(() => response.write(' '), 20)
    request.on('close', () => clearInterval(drip))
  },
  '/redirect': (_request, response) => response.writeHead(302, { location: '/good' }).end(),
  '/missing': (_request, response) => response.writeHead(404, json).end(jwks),
  '/empty': (_request, response) => response.writeHead(204, json).end(),
  '/page': (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(jwks),
  '/untyped': (_request, response) => response.writeHead(200).end(jwks),
  '/packed': (_request, response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end('x'),
  '/65536': (_request, response) => response.writeHead(200, json).end('x'.repeat(65_536)),
  '/65537': (_request, response) => response.writeHead(200, json).end('x'.repeat(65_537)),
  '/says-100-mebibytes': (_request, response) => {
    response.writeHead(200, { ...json, 'content-length': 100 << 20 }).write('x')
  },
  '/endless': (request, response) => {
    response.writeHead(200, json)
    const more = () => response.write('x'.repeat(16_384))
    response.on('drain', more)
    for (let round = 0; round < 8; round += 1) more()
    request.on('close', () => response.destroy())
  },
  '/silent': () => {},
  '/stops-halfway': (_request, response) => {
    response.writeHead(200, json).write('{')
  },
  '/breaks-off': (_request, response) => {
    response.writeHead(200, { ...json, 'content-length': 100 })
    response.write('{', () => response.destroy())
  },
}

const listener: RequestListener = (request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.host}`)
  behaviours[request.url!]!(request, response)
}
const plain = createPlainServer(listener)
const secure = createSecureServer(localhostCertificate, listener)
const [plainPort, securePort] = await Promise.all([listen(plain), listen(secure)])
after(() => {
  for (const server of [plain, secure]) {
    server.close()
    server.closeAllConnections()
  }
})

function listen(server: Server): Promise<number> {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)))
}

const own: NameAddress = { address: '127.0.0.1', family: 4 }
const trusting = { development: true, ca: localhostCertificate.cert, resolve: async () => [own] }

async function outcome(
  url: string,
  options: FetchDocumentOptions = trusting,
  limits?: Parameters<FetchDocument>[1],
): Promise<string> {
  const document = await createFetchDocument(options)(url, limits)
  return document.ok ? Buffer.from(document.value.bytes).toString() : document.error
}

const here = (path: string) => `https://localhost:${securePort}${path}`

test('[JCA-jwks-01] a document of JSON is fetched over https', async () => {
  assert.equal(await outcome(here('/good')), jwks)
  assert.equal(await outcome(here('/jwk-set')), jwks)
})

test('[CA-09] redirects, other statuses, other types and packed answers are no documents, and no redirect is followed', async () => {
  // req: CIMD-5-02, RG-06
  asked.length = 0

  assert.equal(await outcome(here('/redirect')), 'status_not_200')
  assert.equal(await outcome(here('/missing')), 'not_found')
  assert.equal(await outcome(here('/empty')), 'status_not_200')
  assert.equal(await outcome(here('/page')), 'not_json')
  assert.equal(await outcome(here('/untyped')), 'not_json')
  assert.equal(await outcome(here('/packed')), 'not_json')
  assert.deepEqual(
    asked.map((each) => each.split(' ')[1]),
    ['/redirect', '/missing', '/empty', '/page', '/untyped', '/packed'],
  )
})

test('[CA-09] 64 KiB are read and not one octet more, whatever length is announced', async () => {
  assert.equal((await outcome(here('/65536'))).length, 65_536)
  assert.equal(await outcome(here('/65537')), 'too_large')
  assert.equal(await outcome(here('/says-100-mebibytes')), 'too_large')
  assert.equal(await outcome(here('/endless')), 'too_large')
})

test('[CA-09] who does not answer in time, or not to the end, is given up', async () => {
  const hurried = { ...trusting, timeoutMs: 150 }

  assert.equal(await outcome(here('/silent'), hurried), 'too_slow')
  assert.equal(await outcome(here('/stops-halfway'), hurried), 'too_slow')
  assert.equal(await outcome(here('/good'), { ...hurried, resolve: () => new Promise(() => {}) }), 'too_slow')
  assert.equal(await outcome(here('/breaks-off')), 'unreachable')
  assert.equal(await outcome('https://localhost:1/'), 'unreachable')
})

test('[CIMD-8.7-01] whoever asks may set tighter limits of size and time, and no looser ones', async () => {
  // req: RG-07
  const limits = { maxBytes: 5120, timeoutMs: 150 }

  assert.equal((await outcome(here('/5120'), trusting, limits)).length, 5120)
  assert.equal(await outcome(here('/5121'), trusting, limits), 'too_large')
  assert.equal(await outcome(here('/drips'), trusting, limits), 'too_slow')
  assert.equal(await outcome(here('/65537'), trusting, { maxBytes: 100_000 }), 'too_large')
  assert.equal(await outcome(here('/drips'), { ...trusting, timeoutMs: 150 }, { timeoutMs: 60_000 }), 'too_slow')
})

test('[CIMD-5.2-01] a document comes with how long its sender lets it be kept', async () => {
  const fetchDocument = createFetchDocument(trusting)
  const freshFor = async (path: string) => {
    const document = await fetchDocument(here(path))
    return document.ok ? document.value.freshFor : document.error
  }

  assert.equal(await freshFor('/kept'), 500)
  assert.equal(await freshFor('/good'), undefined)
})

test('[JCA-jwks-01] addresses that are not public are refused before a connection, by name or by number', async () => {
  // req: JWT-3.10-01, RG-04, CIMD-8.6-01
  asked.length = 0
  const production = (addresses: NameAddress[]) => ({ ...trusting, development: false, resolve: async () => addresses })
  const inside: NameAddress = { address: '10.0.0.1', family: 4 }
  const outside: NameAddress = { address: '192.0.9.1', family: 4 }
  const literals = [
    '127.0.0.1',
    '[::1]',
    '0x7f.1',
    '2130706433',
    '169.254.169.254',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
  ].concat(['[::ffff:169.254.169.254]', '[::169.254.169.254]', '[64:ff9b::a9fe:a9fe]', '0.0.0.0', '0177.0.0.1'])

  assert.equal(await outcome(here('/good'), production([own])), 'address_not_public')
  assert.equal(await outcome(here('/good'), production([inside])), 'address_not_public')
  assert.equal(await outcome(here('/good'), production([outside, own])), 'address_not_public')
  for (const host of literals) {
    assert.equal(await outcome(`https://${host}:${securePort}/good`, production([outside])), 'address_not_public')
  }
  assert.equal(await outcome('https://10.0.0.1/good'), 'address_not_public')
  assert.equal(await outcome('https://client.example/', production([])), 'unreachable')
  assert.deepEqual(asked, [])
})

test('[JCA-jwks-01] a name is looked up once, and that very answer is connected to', async () => {
  // req: RG-05, CIMD-8.6-01
  const answers: NameAddress[][] = [[own], [{ address: '10.0.0.1', family: 4 }]]
  let looked = 0

  const document = await outcome(here('/good'), { ...trusting, resolve: async () => answers[looked++]! })

  assert.equal(document, jwks)
  assert.equal(looked, 1)
})

test('[JCA-jwks-01] only https, without user information or fragment; http to the own machine in development', async () => {
  const production = { ...trusting, development: false }
  const never = [
    'http://client.example/',
    'ftp://localhost/',
    'file:///etc/passwd',
    'data:application/json,{}',
    'x',
    '',
    '//a',
  ]
  const decorated = [
    `https://u:p@localhost:${securePort}/good`,
    `https://u@localhost:${securePort}/good`,
    here('/good#a'),
  ]

  for (const url of [...never, ...decorated]) assert.equal(await outcome(url), 'url_not_allowed', url)
  for (const host of ['127.0.0.1', 'localhost']) {
    assert.equal(await outcome(`http://${host}:${plainPort}/good`), jwks)
    assert.equal(await outcome(`http://${host}:${plainPort}/good`, production), 'url_not_allowed')
  }
})

test('[O21-1.5-03] a certificate must be trusted and name the host, and the environment cannot turn that off', async () => {
  const { ca: _, ...publicOnly } = trusting
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    assert.equal(await outcome(here('/good'), publicOnly), 'unreachable')
    assert.equal(await outcome(`https://client.example:${securePort}/good`), 'unreachable')
    assert.equal(await outcome(here('/good')), jwks)
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  }
})
