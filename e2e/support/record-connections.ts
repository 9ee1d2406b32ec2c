/*
 * Loaded before a program (`node --import`): writes every address it connects to, and every name it looks up, as a line
 * into the file that HUFU_CONNECTIONS names, and refuses all but this machine's own.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const file = process.env['HUFU_CONNECTIONS']
const isHere = (host: string) => /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)

function note(how: string, host: string): void {
  if (file !== undefined) appendFileSync(file, `${isHere(host) ? 'here' : 'away'} ${how} ${host}\n`)
  if (!isHere(host)) throw new Error(`no connections but to this machine: ${how} ${host}`)
}

type Connect = typeof net.Socket.prototype.connect
// oxlint-disable-next-line typescript/unbound-method -- called with its socket below
const connect = net.Socket.prototype.connect as (...given: unknown[]) => net.Socket
net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]) {
  // Node hands on what `net.connect` was called with as one list.
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given
  const target: { host?: string; path?: string } = typeof first === 'object' && first !== null ? first : {}
  const host = target.host ?? (typeof second === 'string' ? second : 'localhost')
  if (target.path === undefined || target.path === null) note('connect', host)

  return connect.apply(this, given)
} as Connect

for (const module of [dns, dns.promises] as unknown as Record<string, unknown>[])
  for (const [name, call] of Object.entries(module)) {
    if (!/^(?:lookup|resolve|reverse)/.test(name) || typeof call !== 'function') continue
    module[name] = (...given: unknown[]) => {
      note(name, String(given[0]))
      return (call as (...all: unknown[]) => unknown)(...given)
    }
  }

const createSocket = dgram.createSocket
dgram.createSocket = ((...given: Parameters<typeof createSocket>) => {
  note('datagram', 'any')
  return createSocket(...given)
}) as typeof createSocket

syncBuiltinESMExports()
