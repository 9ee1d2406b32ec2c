import type { Settings } from '../../protocol/settings.ts'
import { authorizationDetails } from './authorization-details.ts'
import { deviceGrant } from './device-grant.ts'
import { dpop } from './dpop.ts'
import type { Extension } from './extension.ts'
import { jwtBearer } from './jwt-bearer.ts'
import { logout } from './logout.ts'
import { metadataDocuments } from './metadata-documents.ts'
import { openid } from './openid.ts'
import { pushedRequests } from './pushed-requests.ts'
import { registration } from './registration.ts'
import { revocationFeed } from './revocation-feed.ts'
import { tokenExchange } from './token-exchange.ts'

/** All there are, each in a file of its own. */
const extensions: readonly Extension[] = [
  authorizationDetails,
  deviceGrant,
  dpop,
  jwtBearer,
  logout,
  metadataDocuments,
  openid,
  pushedRequests,
  registration,
  revocationFeed,
  tokenExchange,
]

export const extensionsOf = (settings: Settings): readonly Extension[] =>
  extensions.filter((each) => each.isOn(settings))
