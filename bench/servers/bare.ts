/** The least a server in Node can do: read a form, answer JSON. What is above it is the work itself. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from './child.ts'

const body = JSON.stringify({ access_token: 'x'.repeat(43), token_type: 'Bearer', expires_in: 3600 })
const headers = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'content-length': Buffer.byteLength(body),
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.writeHead(200, headers).end(body)
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    response.writeHead(form.has('grant_type') ? 200 : 400, headers).end(body)
  })
})

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve({ port, token: '/token', documents: ['/', '/'] }, async () => void server.closeAllConnections())
})
