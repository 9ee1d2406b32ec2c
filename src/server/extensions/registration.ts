import { createStatementReader } from '../../client-auth/software-statement.ts'
import { createRegisterEndpoint } from '../../endpoints/register.ts'
import { createRegisteredClientEndpoint } from '../../endpoints/registered-client.ts'
import { program } from '../../http/router.ts'
import type { Extension } from './extension.ts'

/** Clients that register themselves, and look after their registration (RFC 7591, RFC 7592). */
export const registration: Extension = {
  isOn: ({ features }) => features.registration !== 'off',
  describe: ({ settings }) => ({ registration_endpoint: settings.issuer + settings.paths.register }),
  routes: ({ ports }) => {
    const { register } = ports.settings.paths
    const readStatement = createStatementReader(ports.settings.registration.softwareStatements)
    const client = createRegisteredClientEndpoint(readStatement, ports)

    return [
      { path: register, methods: { POST: createRegisterEndpoint(readStatement, ports) }, ...program },
      {
        path: `${register}/*`,
        methods: { GET: client.read, PUT: client.replace, DELETE: client.remove },
        ...program,
      },
    ]
  },
}
