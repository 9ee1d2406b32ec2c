import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { isSignatureAlgorithm, signatureAlgorithmNames } from '../base/signature-algorithm.ts'
import type { Metadata } from './client-metadata-shape.ts'
import type { ClientAuthMethod, ClientKey, ClientSecret } from './client.ts'
import { hashSecret } from './credential.ts'
import type { RegistrationContext } from './registration-context.ts'

const methods: readonly string[] = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']

/** A secret that was not made by us is hashed as it is, so in production it must look as if it was: long and mixed. */
const leastSecret = { characters: 32, distinct: 8 }

/** The default is that of RFC 7591 section 2, save for apps that keep no secret. */
export function parseAuthMethod(metadata: Metadata): Result<ClientAuthMethod, string> {
  const isApp = metadata.application_type === 'native' || ['native', 'browser'].includes(metadata.hufu_kind ?? '')
  const method = metadata.token_endpoint_auth_method ?? (isApp ? 'none' : 'client_secret_basic')
  if (!methods.includes(method)) return refuse(`token_endpoint_auth_method: must be of ${methods.join(', ')}`)

  return accept(method as ClientAuthMethod)
}

/**
 * The secrets of a client, hashed. An operator may bring one, for a client that has it already; from everybody else
 * they come from us (DECISIONS 16). A client without a secret never gets in by an empty one (attack row CA-04).
 */
export function parseSecrets(
  metadata: Metadata,
  method: ClientAuthMethod,
  known: RegistrationContext,
): Result<{ readonly secrets: readonly ClientSecret[]; readonly made: string | undefined }, string> {
  const brought = metadata.client_secret
  const needsSecret = method === 'client_secret_basic' || method === 'client_secret_post'
  if (known.provenance === 'metadata-document' && needsSecret)
    return refuse('token_endpoint_auth_method: a metadata document is public and holds no secret')
  if (brought !== undefined && !needsSecret)
    return refuse(`client_secret: ${method === 'none' ? 'a public client' : 'a client with a key'} has none`)
  if (!needsSecret) return accept({ secrets: [], made: undefined })
  if (brought !== undefined && known.provenance !== 'operator')
    return refuse('client_secret: is made by the authorization server')
  if (brought !== undefined && !/^[\x20-\x7E]+$/.test(brought)) return refuse('client_secret: must be ASCII characters')
  if (brought !== undefined && !known.development && !looksRandom(brought))
    return refuse(`client_secret: must have ${leastSecret.characters} random characters or more`)

  const made = brought === undefined ? known.makeSecret?.() : undefined
  const secret = brought ?? made
  if (secret === undefined) return refuse(`client_secret: ${method} needs one`)

  return accept({ secrets: [{ hash: hashSecret(secret), createdAt: known.now, expiresAt: undefined }], made })
}

const looksRandom = (secret: string) =>
  secret.length >= leastSecret.characters && new Set(secret).size >= leastSecret.distinct

/** The keys that may sign assertions. With `token_endpoint_auth_signing_alg` only those for that algorithm (JCA-3-09). */
export function parseKeys(
  metadata: Metadata,
  method: ClientAuthMethod,
  known: RegistrationContext,
): Result<readonly ClientKey[], string> {
  const alg = metadata.token_endpoint_auth_signing_alg
  if (metadata.jwks !== undefined && metadata.jwks_uri !== undefined)
    return refuse('jwks_uri: jwks and jwks_uri exclude each other')
  if (alg !== undefined && !isSignatureAlgorithm(alg))
    return refuse(`token_endpoint_auth_signing_alg: must be of ${signatureAlgorithmNames.join(', ')}`)
  if (method !== 'private_key_jwt' && metadata.jwks === undefined) return accept([])
  if (metadata.jwks_uri !== undefined) return accept([])
  if (metadata.jwks === undefined) return refuse('jwks: private_key_jwt needs the public keys, or jwks_uri')

  const keys: ClientKey[] = []
  for (const [at, jwk] of metadata.jwks.keys.entries()) {
    const key = known.parseKey(alg === undefined || jwk['alg'] !== undefined ? jwk : { ...jwk, alg })
    if (!key.ok) return refuse(`jwks.keys[${at}]: ${key.error}`)
    keys.push(key.value)
  }
  const kids = keys.map((key) => key.kid).filter((kid) => kid !== undefined)
  if (new Set(kids).size !== kids.length) return refuse('jwks: two keys have one kid')
  const usable = keys.filter((key) => alg === undefined || key.alg === alg)
  if (usable.length === 0) return refuse('jwks: no key is for token_endpoint_auth_signing_alg')

  return accept(method === 'private_key_jwt' ? usable : [])
}

/** Where the keys of a client that does not register them are, and what they are for. Whether the address may be asked is found out when it is. */
export const remoteKeysOf = (metadata: Metadata, method: ClientAuthMethod) => ({
  jwksUri: method === 'private_key_jwt' ? metadata.jwks_uri : undefined,
  assertionAlg: metadata.token_endpoint_auth_signing_alg as ClientKey['alg'] | undefined,
})
