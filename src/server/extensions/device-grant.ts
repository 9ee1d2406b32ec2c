import { createDeviceAuthorizationEndpoint } from '../../endpoints/device-authorization.ts'
import { createDevicePage } from '../../endpoints/device-page.ts'
import { deviceCode } from '../../grants/device-code.ts'
import { person, program } from '../../http/router.ts'
import type { Extension } from './extension.ts'

/** A device shows a code, and somebody decides in a browser elsewhere (RFC 8628). */
export const deviceGrant: Extension = {
  isOn: ({ features }) => features.deviceGrant,
  describe: ({ settings }) => ({
    device_authorization_endpoint: settings.issuer + settings.paths.deviceAuthorization,
  }),
  grants: () => [deviceCode],
  routes: ({ ports, authenticateClient }) => {
    const entry = createDevicePage(ports)

    return [
      {
        path: ports.settings.paths.deviceAuthorization,
        methods: { POST: createDeviceAuthorizationEndpoint(authenticateClient, ports) },
        ...program,
      },
      { path: ports.settings.paths.device, methods: { GET: entry.show, POST: entry.submit }, ...person },
    ]
  },
}
