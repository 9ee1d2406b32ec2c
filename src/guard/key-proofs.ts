import { accept, refuse, type Result } from '../base/result.ts'
import { addSeconds, type Instant } from '../base/time.ts'
import { createNonceSource } from '../jose/dpop-nonce.ts'
import { maxProofLead, proofReasons, verifyProof, type Proof, type ProofProblem } from '../jose/dpop-proof.ts'
import type { Refusal } from './challenge.ts'
import type { CheckedDPoPOptions } from './dpop-options.ts'
import { pathOf } from './trusted-url.ts'

/** What a request has of a proof. */
export interface ProvingRequest {
  readonly method: string
  /** Path and query, or absolute; of an absolute one the path counts alone. */
  readonly url: string
  readonly proof: string | undefined
  /** True if the header came more than once. */
  readonly repeated: boolean
}

/** Proofs of possession as they come to an API (RFC 9449 section 7). */
export interface KeyProofs {
  /** @param tokenHash SHA-256 of the access token, base64url */
  readonly check: (request: ProvingRequest, tokenHash: string, now: Instant) => Result<Proof, Refusal>
  /** Uses a proof up, once all else is right; `undefined` for the first that does. */
  readonly useUp: (proof: Proof, now: Instant) => Promise<Refusal | undefined>
  /** The nonce for the next proof, if nonces are wanted. */
  readonly nonce: (now: Instant) => string | undefined
}

/** @param resource tells the nonces of one API from those of another that has the same secret */
export function createKeyProofs(options: CheckedDPoPOptions, resource: string): KeyProofs {
  const nonces = options.nonceKey === undefined ? undefined : createNonceSource(options.nonceKey, `api ${resource}`)

  return {
    check({ method, url, proof, repeated }, tokenHash, now) {
      if (proof === undefined) return refuse({ reason: 'proof_missing' })
      const path = pathOf(url)
      // Joined to our own host a path without its slash would name another one.
      if (!path.startsWith('/')) return refuse({ reason: 'proof_of_another_request' })

      const verified = verifyProof(
        { proof, repeated, method, uri: options.baseUrl + path, tokenHash },
        {
          now,
          algorithms: options.algorithms,
          ...(nonces !== undefined && { acceptsNonce: (nonce) => nonces.accepts(nonce, now) }),
        },
      )
      return verified.ok ? verified : refuse({ reason: proofReasons[verified.error], ...details[verified.error] })
    },

    async useUp({ replayKey, expiresAt }, now) {
      try {
        // Remembered beyond its end, for processes whose clocks differ.
        const isFirst = await options.replays.useOnce(replayKey, addSeconds(expiresAt, maxProofLead), now)

        return isFirst === true ? undefined : { reason: 'proof_replayed' }
      } catch {
        return { reason: 'replays_unavailable' }
      }
    },

    nonce: (now) => nonces?.current(now),
  }
}

/** True if token and request belong together: a bound token with its key, an unbound one with none. */
export function checkBinding(bound: string | undefined, shown: string | undefined): Result<undefined, Refusal> {
  if (bound === shown) return accept(undefined)
  if (shown === undefined) return refuse({ reason: 'token_bound' })

  return refuse({ reason: bound === undefined ? 'token_unbound' : 'key_differs' })
}

/** Which of the things that a reason stands for it was. */
const details: Readonly<Partial<Record<ProofProblem, { readonly detail: string }>>> = {
  header_repeated: { detail: 'there are several' },
  type_wrong: { detail: 'typ' },
  claim_missing: { detail: 'a claim is missing' },
  algorithm_unsupported: { detail: 'alg' },
  key_unusable: { detail: 'jwk' },
  method_wrong: { detail: 'htm' },
  target_wrong: { detail: 'htu' },
  token_hash_wrong: { detail: 'ath' },
}
