import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startDocumentHost } from '../../support/document-host.ts'
import { assertExplained } from '../../support/oracles.ts'
import { startRegistration } from '../../support/registration.ts'

/*
 * Documents of a real host, over TLS and through the fetcher as servers have it.
 */

const json = { 'content-type': 'application/json' }

const host = await startDocumentHost((request, response) => {
  const path = request.url ?? ''
  const document = JSON.stringify({
    client_id: host.origin + path,
    client_name: 'Pocket Orders',
    redirect_uris: [`${host.origin}/callback`],
  })
  if (path === '/redirect') response.writeHead(302, { location: '/client' }).end()
  else if (path === '/inside') response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  else if (path === '/empty') response.writeHead(204, json).end()
  else if (path === '/gone') response.writeHead(404, json).end(document)
  else if (path === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end(document)
  else if (path === '/typed') response.writeHead(200, { 'content-type': 'application/client+json' }).end(document)
  else if (path === '/5120') response.writeHead(200, json).end(document.padEnd(5120))
  else if (path === '/5121') response.writeHead(200, json).end(document.padEnd(5121))
  else if (path === '/slow') response.writeHead(200, json).write('{')
  else response.writeHead(200, { ...json, 'cache-control': 'max-age=120' }).end(document)
})
after(host.close)

async function start(options: Parameters<typeof host.fetchDocument>[0] = {}) {
  const as = await startRegistration({ fetchDocument: host.fetchDocument(options) })
  host.asked.length = 0
  const ask = (path: string, origin = host.origin) =>
    as.get(
      as.authorize({ scope: 'orders.read' }, { client_id: origin + path, redirect_uris: [`${origin}/callback`] }).url,
    )

  return { as, ask }
}

test('[CIMD-4-01] a document of either JSON type is read over TLS, and kept as its headers say', async () => {
  const { as, ask } = await start()

  assert.equal((await ask('/client')).status, 303)
  assert.equal((await ask('/typed')).status, 303)
  as.later(119)
  await ask('/client')
  assert.deepEqual(host.asked, ['/client', '/typed'])
  as.later(1)
  await ask('/client')
  assert.deepEqual(host.asked, ['/client', '/typed', '/client'])
  await as.close()
})

test('[CIMD-5-02] only status 200 counts, and no redirect is followed', async () => {
  // req: RG-06, CIMD-4-01
  const { as, ask } = await start()

  for (const path of ['/redirect', '/inside', '/empty', '/gone'])
    await assertExplained(await ask(path), 'HF-AUTHZ-0102')
  await assertExplained(await ask('/page'), 'HF-AUTHZ-0103')
  assert.deepEqual(host.asked, ['/redirect', '/inside', '/empty', '/gone', '/page'])
  await as.close()
})

test('[CIMD-8.7-01] 5 kB are read and not one byte more, and who drips is given up', async () => {
  // req: RG-07
  const { as, ask } = await start({ timeoutMs: 200 })

  assert.equal((await ask('/5120')).status, 303)
  await assertExplained(await ask('/5121'), 'HF-AUTHZ-0103')
  await assertExplained(await ask('/slow'), 'HF-AUTHZ-0102')
  await as.close()
})

test('[CIMD-8.6-01] in production no address inside is asked, by number or by name', async () => {
  // req: RG-04
  const { as, ask } = await start({ development: false })
  const port = new URL(host.origin).port
  const numbers = [
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    '10.0.0.1',
    '0.0.0.0',
    '2130706433',
    '0177.0.0.1',
  ]

  await assertExplained(await ask('/client'), 'HF-AUTHZ-0102')
  for (const number of numbers)
    await assertExplained(await ask('/client', `https://${number}:${port}`), 'HF-AUTHZ-0102')
  for (const name of ['localhost', 'localhost.', 'metadata.google.internal'])
    await assertExplained(await ask('/client', `https://${name}:${port}`), 'HF-AUTHZ-0102')
  assert.deepEqual(host.asked, [])
  await as.close()
})

test('[CIMD-8.6-01] a name is looked up once: what was looked at is what is connected to', async () => {
  // req: RG-05
  let looked = 0
  const rebinding = await start({
    resolve: async () => [{ address: (looked += 1) === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }],
  })
  const mixed = await start({
    development: false,
    resolve: async () => [
      { address: '192.0.9.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
  })

  assert.equal((await rebinding.ask('/client')).status, 303)
  assert.equal(looked, 1)
  await assertExplained(await mixed.ask('/client'), 'HF-AUTHZ-0102')
  assert.deepEqual(host.asked, ['/client'])
  await rebinding.as.close()
  await mixed.as.close()
})
