import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface Answer {
  readonly status: number
  /** Status line and headers, as they came. */
  readonly head: string
  readonly body: string
}

/** One kept connection, one request at a time. */
export interface Connection {
  readonly send: (request: string) => Promise<Answer>
  readonly close: () => void
}

/**
 * As little of an HTTP client as will do: the generator has one core, and whatever it spends there it cannot spend on
 * keeping the server busy. Reads answers with a `Content-Length`, and those without a body; says so if it meets another.
 */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let received = ''
  let waiting: PromiseWithResolvers<Answer> | undefined

  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    try {
      const answer = takeAnswer(received)
      if (answer === undefined) return
      received = ''
      waiting?.resolve(answer)
    } catch (error) {
      waiting?.reject(error)
    }
  })
  const broken = (error?: Error) => waiting?.reject(error ?? new Error('the server closed the connection'))
  socket.on('error', broken)
  socket.on('close', () => broken())

  return {
    send: (request) => write(socket, request, (waiting = Promise.withResolvers())),
    close: () => void socket.destroy(),
  }
}

function write(socket: Socket, request: string, waiting: PromiseWithResolvers<Answer>): Promise<Answer> {
  socket.write(request, 'latin1')

  return waiting.promise
}

/** The answer, once all of it is there. Nothing is pipelined, so nothing can follow it. */
function takeAnswer(received: string): Answer | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.slice(0, end)
  const status = Number(head.slice(9, 12))
  const length = status === 204 || status === 304 ? 0 : lengthOf(head)
  const body = received.slice(end + 4)
  if (body.length < length) return undefined
  if (body.length > length) throw new Error(`an answer of ${length} octets has ${body.length}`)

  return { status, head, body }
}

function lengthOf(head: string): number {
  const stated = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (stated === undefined) throw new Error(`an answer without Content-Length: ${head.slice(0, 300)}`)

  return Number(stated)
}

export const headerOf = ({ head }: Answer, name: string) => new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1]

/** Of all `Set-Cookie` headers what a browser would send back. */
export const cookiesOf = ({ head }: Answer): ReadonlyMap<string, string> =>
  new Map([...head.matchAll(/\r\nset-cookie: *([^=]+)=([^;\r]*)/gi)].map(([, name = '', value = '']) => [name, value]))

/** As many headers as a library sends: reading them is part of the work. */
const usual = {
  host: '127.0.0.1',
  connection: 'keep-alive',
  accept: 'application/json',
  'accept-encoding': 'gzip, deflate',
  'accept-language': '*',
  'user-agent': 'hufu-bench/1',
}

export const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  `GET ${path} HTTP/1.1\r\n${lines({ ...usual, ...headers })}\r\n`

export function post(path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) {
  const body = new URLSearchParams(form).toString()

  return `POST ${path} HTTP/1.1\r\n${lines({ ...usual, ...headers })}content-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

const lines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
