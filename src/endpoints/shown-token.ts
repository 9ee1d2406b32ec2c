import { createHash } from 'node:crypto'
import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { findToken, isLive } from '../grants/find-token.ts'
import type { FoundAccessToken } from '../grants/find-token.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { errorBody, json, noStore } from '../http/respond.ts'
import type { Ports } from '../ports/ports.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { readPresentedToken } from '../protocol/presented-token.ts'
import type { Settings } from '../protocol/settings.ts'
import { formatChallenges } from '../protocol/token-challenge.ts'
import { proofAlgorithms } from './key-proof.ts'
import type { KeyProofs } from './key-proof.ts'

/**
 * The access token that a request to an endpoint of ours shows, live and in the hands it is bound to. It stands in the
 * `Authorization` header and nowhere else; query and body are never looked at (OAuth 2.1 section 5.1). Credentials of
 * a scheme that is for something else, as Basic is, count as none (section 5.3.2).
 *
 * @param path of the endpoint, as in `settings.paths`
 * @returns `undefined` as the error of a request without credentials, which is told no more than that it needs some
 */
export async function readShownToken(
  request: HttpRequest,
  path: string,
  proofs: KeyProofs,
  ports: Ports,
): Promise<Result<FoundAccessToken, OAuthError | undefined>> {
  const header = request.header('authorization')
  const presented = readPresentedToken(header, request.repeated('authorization'), ['Bearer', 'DPoP'])
  // A single word is a token that somebody forgot the scheme of, rather than a scheme.
  if (presented.kind === 'malformed' || /^[^ ]+$/.test(header ?? '')) return because('authorization_malformed')
  if (presented.kind === 'none') return { ok: false, error: undefined }
  const { scheme, token: text } = presented
  const found = await findToken(text, ports)
  if (found?.kind !== 'access_token' || !(await isLive(found, ports))) return because('access_token_invalid')
  const bound = found.particulars.confirmation
  if ((scheme === 'Bearer') !== (bound === undefined)) return because('access_token_bound')
  if (bound === undefined) return accept(found)

  const proof = await proofs.read(request, path, createHash('sha256').update(text).digest('base64url'))
  if (!proof.ok) return proof

  return proof.value?.jkt === bound.jkt ? accept(found) : because('access_token_bound')
}

/**
 * The answer to a request that {@link readShownToken} refused: both schemes are offered, and the one that was tried
 * tells what was wrong (OAuth 2.1 section 5.3, RFC 9449 sections 7.1 and 7.2).
 */
export function challenge(
  request: HttpRequest,
  error: OAuthError | undefined,
  settings: Settings,
  scope?: string,
): HttpResponse {
  const offersProofs = settings.features.dpop !== 'off'
  const challenges = formatChallenges({
    schemes: offersProofs ? ['Bearer', 'DPoP'] : ['Bearer'],
    tried: offersProofs && /^dpop( |$)/i.test(request.header('authorization') ?? '') ? 'DPoP' : 'Bearer',
    common: { realm: 'hufu', ...(scope !== undefined && { scope }) },
    error: error === undefined ? {} : { error: error.code, error_description: `${error.id} ${error.description}` },
    algorithms: proofAlgorithms(settings),
  })
  const headers = { ...noStore, 'www-authenticate': challenges }

  return json(statusOf(error), error === undefined ? {} : errorBody(error, settings.issuer), headers)
}

const statusOf = (error: OAuthError | undefined) =>
  error?.code === 'invalid_request' ? 400 : error?.code === 'insufficient_scope' ? 403 : 401
