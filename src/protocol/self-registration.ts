import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { findForeignRedirect, isClientIdUrl } from './client-id-url.ts'
import type { Metadata } from './client-metadata-shape.ts'
import type { RegistrationContext } from './registration-context.ts'

const privateKeyMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * What a client that makes itself known says, as far as it may say it. An app on a device is public: another method
 * becomes `none`, which the answer tells (RFC 7591 section 3.2.1), and so does the method that a document leaves out,
 * since it cannot have a secret.
 *
 * Refused: a client of a web site with redirect URIs that are not on https or on the person's own machine (OpenID
 * Connect Registration 1.0 section 2, where `application_type` is left out it follows from them), a private key, and in a
 * document whatever must not be in one.
 */
export function readSelfRegistration(
  raw: object,
  metadata: Metadata,
  known: RegistrationContext,
): Result<Metadata, string> {
  const keyAt = metadata.jwks?.keys.findIndex((key) => privateKeyMembers.some((each) => Object.hasOwn(key, each))) ?? -1
  if (keyAt >= 0) return refuse(`jwks.keys[${keyAt}]: a key holds a private or symmetric part`)
  const site = metadata.application_type === 'web' ? metadata.redirect_uris?.findIndex((uri) => !isOfSite(uri)) : -1
  if (site !== undefined && site >= 0)
    return refuse(`redirect_uris[${site}]: an application_type of web has https addresses, and not on localhost`)
  if (known.provenance === 'metadata-document') return readDocument(raw, metadata)

  return accept(metadata.application_type === 'native' ? { ...metadata, ...publicUnlessKeyed(metadata) } : metadata)
}

/** @see draft-ietf-oauth-client-id-metadata-document sections 4, 4.1 and 8.1 */
function readDocument(raw: object, metadata: Metadata): Result<Metadata, string> {
  const id = metadata.client_id
  if (id === undefined || !isClientIdUrl(id)) return refuse('client_id: must be the https address of the document')
  for (const member of ['client_secret', 'client_secret_expires_at'])
    if (Object.hasOwn(raw, member)) return refuse(`${member}: a metadata document is public and holds no secret`)
  if (/secret/.test(metadata.token_endpoint_auth_method ?? ''))
    return refuse('token_endpoint_auth_method: a metadata document is public and holds no secret')
  const foreign = findForeignRedirect(
    id,
    (metadata.redirect_uris ?? []).filter((uri) => URL.canParse(uri)),
  )
  if (foreign !== undefined)
    return refuse(`redirect_uris[${metadata.redirect_uris?.indexOf(foreign)}]: must be on the host of the document`)

  return accept({ ...metadata, token_endpoint_auth_method: metadata.token_endpoint_auth_method ?? 'none' })
}

const publicUnlessKeyed = ({ token_endpoint_auth_method: method }: Metadata) =>
  method === 'private_key_jwt' ? {} : { token_endpoint_auth_method: 'none' }

function isOfSite(uri: string): boolean {
  const url = URL.parse(uri)
  const host = url?.hostname.replace(/\.$/, '') ?? ''

  return url?.protocol === 'https:' && !/^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(host)
}
