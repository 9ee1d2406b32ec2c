import { assertionAlgorithms } from '../../client-auth/private-key-jwt.ts'
import { createRemoteKeys } from '../../client-auth/remote-keys.ts'
import { createJwtBearer } from '../../grants/jwt-bearer.ts'
import type { Extension } from './extension.ts'

/** Tokens on the word of issuers that are trusted (RFC 7523 section 2.1): on where there are any. */
export const jwtBearer: Extension = {
  isOn: ({ trustedIssuers }) => trustedIssuers.size > 0,
  grants: ({ fetchDocument, now, settings }) => [
    createJwtBearer(createRemoteKeys({ fetch: fetchDocument, now }), assertionAlgorithms(settings.profile)),
  ],
}
