/**
 * Slow clients in a process of their own: `node slow-clients.ts URL COUNT`. It says `ready` when all are connected, and
 * goes on until its standard input ends. A third sends a request octet by octet, a third its body, a third reads
 * nothing of its answers. Who is thrown out comes back.
 */
import { connect } from 'node:net'
import { setPriority } from 'node:os'

const [url = '', count = '0'] = process.argv.slice(2)
const { hostname, port, host } = new URL(url)
const octetEvery = 1_000

const head = `POST /token HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 2000\r\n`
const document = `GET /jwks HTTP/1.1\r\nhost: ${host}\r\n\r\n`
const kinds = [
  { first: '', slowly: `${head}x-slow: ${'x'.repeat(2000)}` },
  { first: `${head}\r\n`, slowly: 'x'.repeat(2000) },
  { first: document.repeat(3), slowly: '' },
]

let connected = 0

// What they cost this machine is not what is asked about: the server and the honest clients come first.
setPriority(19)

function open(index: number): void {
  const { first, slowly } = kinds[index % kinds.length]!
  const socket = connect(Number(port), hostname)
  let at = 0
  const timer = setInterval(() => {
    if (socket.writable && at < slowly.length) socket.write(slowly[(at += 1) - 1]!)
  }, octetEvery)
  socket.on('connect', () => {
    if (first !== '') socket.write(first)
    // Nobody reads it from now on; the others notice when they are thrown out.
    if (slowly === '') socket.pause()
    else socket.resume()
    if ((connected += 1) === Number(count)) process.stdout.write('ready\n')
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearInterval(timer)
    setTimeout(() => open(index), 100)
  })
}

for (let index = 0; index < Number(count); index += 1) setTimeout(() => open(index), index)
process.stdin.on('end', () => process.exit(0)).resume()
