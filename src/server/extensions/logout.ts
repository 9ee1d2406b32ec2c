import { createEndSessionEndpoint } from '../../endpoints/end-session.ts'
import { person } from '../../http/router.ts'
import type { Extension } from './extension.ts'

/** Apps that sign people out (OpenID Connect RP-Initiated Logout 1.0). */
export const logout: Extension = {
  isOn: ({ features }) => features.openid,
  describe: ({ settings }) => ({ end_session_endpoint: settings.issuer + settings.paths.endSession }),
  routes: ({ ports }) => {
    const endSession = createEndSessionEndpoint(ports)

    return [{ path: ports.settings.paths.endSession, methods: { GET: endSession, POST: endSession }, ...person }]
  },
}
