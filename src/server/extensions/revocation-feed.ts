import { createRevocationFeedEndpoint } from '../../endpoints/revocation-feed.ts'
import type { Extension } from './extension.ts'

/** Tells guards that verify JWTs by themselves what ended before its time. */
export const revocationFeed: Extension = {
  isOn: ({ features }) => features.revocationFeed,
  describe: ({ settings }) => ({ hufu_revocation_feed_endpoint: settings.issuer + settings.paths.revocationFeed }),
  routes: ({ ports, authenticateClient, waitForChanges }) => [
    {
      path: ports.settings.paths.revocationFeed,
      methods: { POST: createRevocationFeedEndpoint(authenticateClient, waitForChanges, ports) },
      audience: 'program',
      cors: false,
    },
  ],
}
