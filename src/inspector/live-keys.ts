import { parseKeySet } from '../jose/jwk.ts'
import { decodeJws, verifyJws } from '../jose/jws.ts'

/** A server that is slower than this is not waited for. */
const patienceMilliseconds = 2_000

/** Keys that are looked at, at most. */
const maxKeys = 50

/**
 * Checks the signature of a JWT with the keys that the server publishes at this very moment. False for whatever
 * cannot be verified, also while the keys cannot be had.
 */
export const createSignatureCheck =
  (jwksUrl: string, send: typeof fetch = fetch) =>
  async (jwt: string): Promise<boolean> => {
    const jws = decodeJws(jwt)
    if (!jws.ok) return false
    try {
      const answer = await send(jwksUrl, { signal: AbortSignal.timeout(patienceMilliseconds) })
      const keys = parseKeySet((await answer.json()) as object, { maxKeys, unusable: 'skip' })

      return keys.ok && verifyJws(jws.value, keys.value).ok
    } catch {
      return false
    }
  }
