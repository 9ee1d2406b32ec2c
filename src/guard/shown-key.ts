import type { Instant } from '../base/time.ts'
import type { PresentedToken } from '../protocol/presented-token.ts'
import type { GuardedRequest } from './guarded-request.ts'
import { checkBinding, type KeyProofs, type ProvingRequest } from './key-proofs.ts'
import { failed, passed, refusedAt, type Reading, type TokenReader } from './token-reader.ts'

type ShownTokenReader = (
  presented: PresentedToken & { readonly kind: 'token' },
  fingerprint: string,
  request: GuardedRequest | Request,
  now: Instant,
) => Promise<Reading>

/**
 * Reads a token and what the request shows of the key it is bound to. The proof is looked at first, as that costs
 * nobody a question, and used up last, so that only who has everything else fills the memory of used proofs.
 *
 * @param proofs `undefined` where bound tokens are not taken
 * @param required true where bearer tokens are not taken
 * @see RFC 9449 sections 7.1 and 7.2
 */
export function readShownKey(read: TokenReader, proofs: KeyProofs | undefined, required: boolean): ShownTokenReader {
  return async ({ scheme, token }, fingerprint, request, now) => {
    if (scheme === 'Bearer') {
      if (required) return refusedAt('type', { reason: 'bearer_refused' })

      return bind(await read(token, fingerprint, now), undefined)
    }
    if (proofs === undefined) throw new Error('a proof came to a guard that reads none')

    const proof = proofs.check(provingRequest(request), fingerprint, now)
    if (!proof.ok) return refusedAt('proof', proof.error)
    const reading = withProof(bind(await read(token, fingerprint, now), proof.value.thumbprint))
    if (reading.refusal !== undefined) return reading

    const refusal = await proofs.useUp(proof.value, now)
    const { caller, checks } = reading
    return refusal === undefined
      ? { caller, checks: [...checks, passed('once')] }
      : { checks: [...checks, failed('once')], refusal }
  }
}

/** For a bearer token that no key belongs to this says nothing. */
function bind(reading: Reading, shown: string | undefined): Reading {
  if (reading.refusal !== undefined) return reading

  const { caller, checks } = reading
  const bound = checkBinding(caller.keyThumbprint, shown)
  if (!bound.ok) return { checks: [...checks, failed('binding')], refusal: bound.error }

  return shown === undefined ? reading : { caller, checks: [...checks, passed('binding')] }
}

const withProof = (reading: Reading): Reading => ({ ...reading, checks: [passed('proof'), ...reading.checks] })

function provingRequest(request: GuardedRequest | Request): ProvingRequest {
  const { method, url } = request
  if (!('header' in request)) return { method, url, proof: request.headers.get('dpop') ?? undefined, repeated: false }

  return { method, url, proof: request.header('dpop'), repeated: request.repeated?.('dpop') ?? false }
}
