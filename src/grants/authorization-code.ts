import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { hasPassed } from '../base/time.ts'
import { stillStands } from '../protocol/account.ts'
import type { Account } from '../protocol/account.ts'
import { isFromBefore } from '../protocol/cut-off.ts'
import type { AuthorizationCode, BrowserSession, CodeId } from '../protocol/authorization.ts'
import type { Client } from '../protocol/client.ts'
import { particularsAfterCode, particularsOfToken } from '../protocol/code-particulars.ts'
import { hashSecret, isSameSecret, parseCredential } from '../protocol/credential.ts'
import type { Credential } from '../protocol/credential.ts'
import { decideDetailedAccess, parseNarrowing } from '../protocol/detailed-target.ts'
import { because } from '../protocol/errors.ts'
import { isHeldBy } from '../protocol/key-binding.ts'
import type { AuthorizationDetail } from '../protocol/particulars.ts'
import { isExempt } from '../protocol/pkce-exemption.ts'
import { halvesMatch, parseVerifier } from '../protocol/pkce.ts'
import type { Verifier } from '../protocol/pkce.ts'
import type { TokenPlan, TokenRefusal } from '../protocol/plan.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { stillAllowed } from '../protocol/target.ts'
import { defineGrant, refuseToken } from './grant.ts'
import type { GrantContext } from './grant.ts'
import { findSessionOf, hasSignedOut } from './signed-in.ts'

export interface CodeRequest {
  /** `undefined` for text that is no authorization code of ours. */
  readonly code: Credential | undefined
  readonly verifier: Verifier | undefined
  readonly redirectUri: string | undefined
  readonly resources: readonly ResourceId[]
  /** Fewer than were granted, where it names some. */
  readonly details: readonly AuthorizationDetail[]
}

export interface CodeFacts {
  readonly code: AuthorizationCode | undefined
  readonly account: Account | undefined
  /** The browser session of an app in the page, if that still lives. */
  readonly session: BrowserSession | undefined
}

/**
 * The one-time code that the person's consent gave, exchanged for tokens ("3-legged").
 *
 * @see OAuth 2.1 section 4.1.3, RFC 7636 section 4.6
 */
export const authorizationCode = defineGrant({
  type: 'authorization_code',
  parse: (form, client, settings) => {
    const code = form.get('code')
    if (code === undefined) return because('code_missing')
    const rawVerifier = form.get('code_verifier')
    const verifier = rawVerifier === undefined ? undefined : parseVerifier(rawVerifier)
    if (verifier?.ok === false) return verifier
    const asked = parseNarrowing(form, client, settings)
    if (!asked.ok) return asked

    return accept({
      code: parseCredential('code', code),
      verifier: verifier?.value,
      redirectUri: form.get('redirect_uri'),
      ...asked.value,
    } as CodeRequest)
  },
  load: async (request, client, { store }): Promise<CodeFacts> => {
    const id = request.code?.id as CodeId | undefined
    if (id === undefined) return { code: undefined, account: undefined, session: undefined }
    const [code, account] = await Promise.all([store.findCode(id), store.findAccountOf({ kind: 'code', id })])

    return { code, account, session: code && (await findSessionOf(code, client, store)) }
  },
  decide: decideCode,
})

function decideCode(
  request: CodeRequest,
  { code, account, session }: CodeFacts,
  context: GrantContext,
): Result<TokenPlan, TokenRefusal> {
  const { client, settings, now, confirmation } = context
  if (request.code === undefined || code === undefined) return refuseToken('code_unknown')
  // A string that only resembles the code must not be able to end anything (attack row CD-03).
  if (!isSameSecret(hashSecret(request.code.secret), code.secretHash)) return refuseToken('code_unknown')
  if (code.clientId !== client.id) return refuseToken('code_of_another_client', burnBy(client, code))
  if (code.burnedAt !== undefined) return refuseToken('code_burned')
  if (code.redeemedAt !== undefined) return decideReplay(request, code, context)
  if (hasPassed(code.expiresAt, now)) return refuseToken('code_expired')

  const unproved = decideHalves(request.verifier, code, context)
  if (unproved !== undefined) return unproved
  if (!isHeldBy(code.particulars.confirmation, confirmation)) return refuseToken('proof_key_differs')
  if (request.redirectUri !== undefined && request.redirectUri !== code.redirectUri)
    return refuseToken('redirect_uri_differs')
  if (!stillStands(account, code.authenticatedAt)) return refuseToken('authorization_revoked')
  if (isFromBefore(code.issuedAt, client, settings)) return refuseToken('authorization_revoked')
  if (hasSignedOut(code, client, session, now)) return refuseToken('authorization_revoked')
  const scope = stillAllowed(code.scope, client)
  if (scope === undefined) return refuseToken('authorization_revoked')
  const granted = { resources: code.resources, details: code.particulars.authorizationDetails ?? [] }
  const access = decideDetailedAccess({ ...request, scope }, granted, client, settings)
  if (!access.ok) return refuseToken(access.error.reason)

  return accept({
    from: { kind: 'code', code },
    clientId: client.id,
    subject: code.subject,
    ...access.value,
    lifetime: client.lifetimes.accessToken ?? access.value.resource.accessTokenLifetime,
    authenticatedAt: code.authenticatedAt,
    refreshable: client.grantTypes.includes('refresh_token') && code.particulars.onlineOnly !== true,
    ...(session !== undefined && { sessionEnd: session.expiresAt }),
    particulars: particularsOfToken(code.particulars),
    authorizationParticulars: particularsAfterCode(code.particulars, client, confirmation),
  })
}

/** What is wrong with the left half of the tally, if anything. A half for none, or none for a half, is no proof. */
function decideHalves(
  verifier: Verifier | undefined,
  code: AuthorizationCode,
  { client, settings, now }: GrantContext,
) {
  if (code.challenge === undefined) {
    if (verifier !== undefined) return refuseToken('verifier_unexpected')

    return isExempt(client, settings, now) ? undefined : refuseToken('code_unknown')
  }
  if (verifier === undefined) return refuseToken('verifier_missing', burn(code))

  return halvesMatch(verifier, code.challenge) ? undefined : refuseToken('verifier_mismatch', burn(code))
}

/** Ends the authorization only if the replay is otherwise valid: a thief of the code alone cannot end it (OAuth 2.1 section 7.5.3). */
function decideReplay(request: CodeRequest, code: AuthorizationCode, context: GrantContext) {
  const valid =
    decideHalves(request.verifier, code, context) === undefined &&
    isHeldBy(code.particulars.confirmation, context.confirmation)
  if (!valid || code.authorizationId === undefined) return refuseToken('code_unknown')
  const { authorizationId: id, subject } = code

  return refuseToken('code_replayed', { kind: 'revoke', id, subject, reason: 'code_replayed' })
}

const burn = ({ id, subject }: AuthorizationCode) => ({ kind: 'burn_code', id, subject }) as const

/** A client that proved who it is holds another's code: that code leaked. Whoever only claims to be a client spoils nothing. */
const burnBy = (client: Client, code: AuthorizationCode) =>
  client.type === 'confidential' && code.redeemedAt === undefined ? burn(code) : undefined
