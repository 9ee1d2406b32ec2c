import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard, nodeGuard } from 'hufu/guard'
import type { GuardProcessOptions } from './guards.ts'

/*
 * An API with a guard that follows the revocation feed, started by guards.ts. It says where it is when it can be used, and
 * ends when its standard input does.
 */

const { issuer, resource, through, ...revocations } = JSON.parse(process.argv[2] ?? '') as GuardProcessOptions
const guard = createGuard({
  issuer,
  resource,
  revocations,
  // No server has the name of the issuer.
  fetch: (input, init) => fetch((input as string).replace(issuer, through), init),
})
const admit = nodeGuard(guard)
const server = createServer((request, response) => {
  if (request.url === '/status') return void response.end(JSON.stringify(guard.revocations()))
  void admit(request, response).then((caller) => caller !== undefined && response.end(caller.subject))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdin.on('end', () => process.exit()).resume()
process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
