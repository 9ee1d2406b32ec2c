import { createPushedRequestEndpoint } from '../../endpoints/pushed-request.ts'
import { program } from '../../http/router.ts'
import type { Extension } from './extension.ts'

/** Authorization requests that the client sends ahead, so that a browser carries nothing but a reference (RFC 9126). */
export const pushedRequests: Extension = {
  isOn: ({ features }) => features.pushedRequests !== 'off',
  describe: ({ settings }) => ({
    pushed_authorization_request_endpoint: settings.issuer + settings.paths.pushedRequest,
    require_pushed_authorization_requests: settings.features.pushedRequests === 'required',
  }),
  routes: ({ ports, authenticateClient, proofs }) => [
    {
      path: ports.settings.paths.pushedRequest,
      methods: { POST: createPushedRequestEndpoint(authenticateClient, proofs, ports) },
      ...program,
    },
  ],
}
