import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { nobody } from '../../src/store/contract/postgres-programs.ts'
import { findPort } from './postgres-cluster.ts'

/** PgBouncer in transaction mode: each transaction of a client may get another connection to the database. */
export interface PgBouncer {
  readonly address: (database: string) => string
  readonly stop: () => Promise<void>
}

const places = ['/usr/sbin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer']

const startLimitMs = 10_000

/** @param connections that all its clients share; few, so that they do share them */
export async function startPgBouncer(target: number, connections = 8): Promise<PgBouncer> {
  const program = places.find((each) => existsSync(each))
  if (program === undefined)
    throw new Error('PgBouncer is not on this machine: apt-get install pgbouncer (or brew install pgbouncer)')
  const folder = mkdtempSync(join(tmpdir(), 'hufu-pgbouncer-'))
  const port = await findPort()
  const file = join(folder, 'pgbouncer.ini')
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    max_client_conn: 400,
    default_pool_size: connections,
    server_login_retry: 0.2,
    ignore_startup_parameters: 'extra_float_digits',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  writeFileSync(file, `[databases]\n* = host=127.0.0.1 port=${target} user=hufu\n[pgbouncer]\n${lines.join('\n')}\n`)
  if (nobody.uid !== undefined) for (const each of [folder, file]) chownSync(each, nobody.uid, nobody.gid)

  // It ends with this process at the latest. Newer ones wait for their clients when they are told to end.
  const untilParentEnds = `
    "$@" & bouncer=$!; exec 2>/dev/null; read -r _
    kill -TERM $bouncer; (sleep 2; kill -KILL $bouncer) & wait $bouncer; kill $!`
  const child = spawn('sh', ['-c', untilParentEnds, 'sh', program, file], {
    ...nobody,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  let isGone = false
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)))
  child.stderr.once('end', () => (isGone = true))
  if (!(await untilItListens(port, () => isGone))) {
    child.stdin.end()
    throw new Error(`PgBouncer did not start: ${said}`)
  }

  return {
    address: (database) => `postgres://hufu@127.0.0.1:${port}/${database}`,
    stop: async () => {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilItListens(port: number, isGone: () => boolean): Promise<boolean> {
  for (const deadline = performance.now() + startLimitMs; performance.now() < deadline && !isGone(); await pause(20)) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isOpen) return true
  }

  return false
}
