import { createEndSessionEndpoint } from '../../endpoints/end-session.ts'
import { person } from '../../http/router.ts'
import type { Extension } from './extension.ts'

/** Apps that sign people out, and apps that are told of it (RP-Initiated and Back-Channel Logout 1.0). */
export const logout: Extension = {
  isOn: ({ features }) => features.openid,
  describe: ({ settings }) => ({
    end_session_endpoint: settings.issuer + settings.paths.endSession,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  }),
  routes: ({ ports }) => {
    const endSession = createEndSessionEndpoint(ports)

    return [{ path: ports.settings.paths.endSession, methods: { GET: endSession, POST: endSession }, ...person }]
  },
}
