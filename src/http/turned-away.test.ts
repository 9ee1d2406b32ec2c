import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { listen } from './node.ts'

test('[HT-05] what node turns away is answered as node answers it, and counted by its limit', async (context) => {
  const server = await listen(
    { handle: async () => ({ status: 200, headers: {}, body: 'fine' }) },
    { port: 0, limits: { connections: 1 } },
  )
  context.after(() => server.close())

  const answers = []
  for (const sent of [
    'what is this\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(50_000)}\r\n\r\n`,
    `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    'GET /fine HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  ])
    answers.push((await ask(server.port, sent)).slice(0, 12))

  assert.deepEqual(answers, ['HTTP/1.1 400', 'HTTP/1.1 431', 'HTTP/1.1 414', 'HTTP/1.1 200'])
  const held = connect(server.port, '127.0.0.1')
  await new Promise((resolve) => held.once('connect', resolve))
  assert.equal(await ask(server.port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'), '')
  held.destroy()
  assert.deepEqual(server.vitals(), {
    running: 0,
    shed: 0,
    turnedAway: { connections: 1, headers: 1, target: 1, time: 0, malformed: 1 },
  })
})

function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}
