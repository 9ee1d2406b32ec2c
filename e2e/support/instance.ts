import { createAuthorizationServer } from 'hufu'
import { listen } from 'hufu/node'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { seededRandom, slowStore } from 'hufu/testing'
import { askingApi, fleetIssuer, ordersApi, person, racer, strictRacer } from './instances.ts'
import type { InstanceOptions, InstanceStore } from './instances.ts'

/*
 * One server of a fleet, started by instances.ts. It says where it is when it can be used, and ends when its standard
 * input does, so that none outlives its test.
 */

const options = JSON.parse(process.argv[2] ?? '') as InstanceOptions
const opened = open(options.store)
const store = options.far === true ? slowStore(opened, seededRandom(process.pid)) : opened
const server = createAuthorizationServer({
  issuer: fleetIssuer,
  development: true,
  secret: options.secret,
  store,
  resources: [{ resource: ordersApi, scopes: ['orders.read'] }],
  features: { deviceGrant: true, registration: 'open' },
  log: { fault: (error) => process.stderr.write(`fault ${String(error)}\n`) },
})
for (const metadata of [racer, strictRacer, askingApi, ...(options.clients ?? [])]) {
  const saved = await server.saveClient(metadata)
  if (!saved.ok) throw new Error(saved.error)
}
const saved = await server.saveAccount(person)
if (!saved.ok) throw new Error(saved.error)
const listening = await listen(server, { port: options.port })
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
