import { listen } from 'hufu/node'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { seededRandom, slowStore } from 'hufu/testing'
import type { TestClock } from 'hufu/testing'
import { openDatabaseMemory } from 'hufu'
import { createFleetServer } from './fleet-server.ts'
import { quickHasher } from './quick-hasher.ts'
import type { InstanceOptions, InstanceStore } from './instances.ts'

/*
 * One server of a fleet, started by instances.ts. It says where it is when it can be used, and ends when its standard
 * input does, so that none outlives its test.
 */

const options = JSON.parse(process.argv[2] ?? '') as InstanceOptions
const opened = open(options.store)
const store = options.far === true ? slowStore(opened, seededRandom(process.pid)) : opened
const log = { fault: (error: unknown) => void process.stderr.write(`fault ${String(error)}\n`) }
const { aheadMs, settings, quickPasswords = false, secret } = options
const databaseMemory = options.memory === undefined ? undefined : await openDatabaseMemory(options.memory)
const server = await createFleetServer(
  {
    ...settings,
    ...(aheadMs !== undefined && { clock: () => (Date.now() + aheadMs) as ReturnType<TestClock['now']> }),
    ...(quickPasswords && { hasher: quickHasher }),
    ...(databaseMemory && { databaseMemory }),
    store,
    secret,
    log,
  },
  options.clients,
)
const listening = await listen(server, { port: options.port, trustedProxies: ['127.0.0.1'] })
process.stdin.on('end', () => void stop()).resume()
process.stdout.write(`ready ${listening.url}\n`)

async function stop(): Promise<void> {
  await listening.close()
  await server.close()
  await opened.close()
}

function open(given: InstanceStore) {
  if (given.kind === 'sqlite') return openSqlite({ file: given.file })
  const { connectionString, maxConnections = 10 } = given

  return openPostgres({ connectionString, maxConnections })
}
