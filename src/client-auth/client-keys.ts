import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { parsePublicKey, type VerificationKey } from '../jose/jwk.ts'
import type { Client, ClientKey } from '../protocol/client.ts'

/** Keys kept imported; the ones that were not used for longest leave first. */
const maxImported = 2000

const imported = new Map<string, VerificationKey>()

/**
 * Registered keys, ready to verify with. Importing one costs as much as a verification, and clients are read from the
 * store anew for every request, so imported keys are kept by their content.
 */
export const verificationKeysOf = ({ keys }: Pick<Client, 'keys'>): readonly VerificationKey[] =>
  keys.map(importKey).filter((key) => key !== undefined)

/** A public key, with the one algorithm it is for; the error is a sentence. */
export function parseClientKey(jwk: Readonly<Record<string, unknown>>): Result<ClientKey, string> {
  const key = parsePublicKey(jwk)

  return key.ok ? accept({ kid: key.value.kid, alg: key.value.alg, jwk }) : key
}

/** A stored key that is not good (any more) is as if it were not there. */
function importKey(key: ClientKey): VerificationKey | undefined {
  const content = JSON.stringify([key.kid, key.alg, key.jwk])
  const known = imported.get(content)
  if (known !== undefined) {
    imported.delete(content)
    imported.set(content, known)
    return known
  }

  const parsed = parsePublicKey({ ...key.jwk, alg: key.alg })
  if (!parsed.ok) return undefined

  if (imported.size >= maxImported) imported.delete(imported.keys().next().value!)
  const made = { ...parsed.value, kid: key.kid }
  imported.set(content, made)
  return made
}
