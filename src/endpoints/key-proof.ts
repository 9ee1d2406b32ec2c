import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { fapiAlgorithms } from '../base/signature-algorithm.ts'
import { addSeconds } from '../base/time.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import type { SignatureAlgorithm } from '../jose/algorithms.ts'
import { createNonceSource } from '../jose/dpop-nonce.ts'
import { algorithmsOfProofs, maxProofLead, proofReasons, verifyProof } from '../jose/dpop-proof.ts'
import type { Ports } from '../ports/ports.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { Confirmation } from '../protocol/particulars.ts'
import type { Settings } from '../protocol/settings.ts'

/** DPoP at our own endpoints (RFC 9449). */
export interface KeyProofs {
  /**
   * The key whose possession a request proves; `undefined` if it brings no proof, or DPoP is off. A proof is used up
   * by this, so it is asked once for a request, after the client is known.
   *
   * @param path of the endpoint, as in `settings.paths`: the address a proof is for is the issuer's, whatever host a
   *   request names
   * @param tokenHash SHA-256 of the access token that the request shows, base64url
   */
  readonly read: (
    request: HttpRequest,
    path: string,
    tokenHash?: string,
  ) => Promise<Result<Confirmation | undefined, OAuthError>>
  /** The answer with a nonce for the next proof, where nonces are wanted. */
  readonly withNonce: (response: HttpResponse) => HttpResponse
}

export function createKeyProofs(ports: Ports): KeyProofs {
  const { settings, store, now } = ports
  const nonces = createNonceSource(ports.keys.proofNonces, settings.issuer)
  const algorithms = proofAlgorithms(settings)
  const forgottenUntil = addSeconds(settings.restoredAt, maxProofLead)
  const isOff = settings.features.dpop === 'off'

  return {
    read: async (request, path, tokenHash) => {
      const proof = request.header('dpop')
      if (isOff || proof === undefined) return accept(undefined)

      const at = now()
      const verified = verifyProof(
        {
          proof,
          repeated: request.repeated('dpop'),
          method: request.method,
          uri: settings.issuer + path,
          tokenHash,
        },
        {
          now: at,
          algorithms,
          forgottenUntil,
          ...(settings.proofNonces && { acceptsNonce: (nonce) => nonces.accepts(nonce, at) }),
        },
      )
      if (!verified.ok) return because(proofReasons[verified.error])
      const { thumbprint, replayKey, expiresAt } = verified.value
      // Remembered beyond its end, for instances whose clocks differ.
      const isFirst = await store.useOnce(`dpop ${replayKey}`, addSeconds(expiresAt, maxProofLead))

      return isFirst ? accept({ jkt: thumbprint }) : because('proof_replayed')
    },

    withNonce: (response) =>
      isOff || !settings.proofNonces
        ? response
        : { ...response, headers: { ...response.headers, 'dpop-nonce': nonces.current(now()) } },
  }
}

/** What a proof may be signed with. FAPI 2.0 leaves out RSA with PKCS #1 padding (section 5.4.1). */
export const proofAlgorithms = ({ profile }: Settings): readonly SignatureAlgorithm[] =>
  profile === 'fapi2' ? fapiAlgorithms : algorithmsOfProofs
