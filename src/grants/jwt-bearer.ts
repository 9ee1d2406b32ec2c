import { canonicalUsername } from '../accounts/username.ts'
import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { addSeconds, seconds } from '../base/time.ts'
import { verificationKeysOf } from '../client-auth/client-keys.ts'
import { readWithRemoteKeys } from '../client-auth/remote-keys.ts'
import type { RemoteKeys } from '../client-auth/remote-keys.ts'
import { decodeJws } from '../jose/jws.ts'
import { openJwt } from '../jose/jwt.ts'
import { parseJsonObject } from '../base/strict-json.ts'
import type { JsonObject } from '../base/strict-json.ts'
import type { Store } from '../ports/store.ts'
import type { Account, Subject } from '../protocol/account.ts'
import { stillStands } from '../protocol/account.ts'
import { mayBeForgotten } from '../protocol/cut-off.ts'
import { because } from '../protocol/errors.ts'
import type { TokenPlan, TokenRefusal } from '../protocol/plan.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { intersect, parseScope } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'
import type { Settings } from '../protocol/settings.ts'
import { decideAccess, decideTarget, isBeside, parseResources } from '../protocol/target.ts'
import { jwtBearerGrant, mayBring } from '../protocol/trusted-issuer.ts'
import type { TrustedIssuer } from '../protocol/trusted-issuer.ts'
import { checkAssertion, futureSkew, maxAssertionLength, replayKey } from './assertion.ts'
import type { Assertion } from './assertion.ts'
import { defineGrant, refuseToken } from './grant.ts'
import type { GrantContext } from './grant.ts'

export interface JwtBearerRequest {
  readonly assertion: string
  /** Who the assertion says it is from, not yet believed; `undefined` for somebody who is not trusted. */
  readonly issuer: TrustedIssuer | undefined
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
}

export interface JwtBearerFacts {
  /** What the issuer said; `undefined` if it was not the issuer, or the client may not bring it. */
  readonly claims: JsonObject | undefined
  readonly used: boolean
  readonly account: Account | undefined
}

/**
 * A JWT in which an issuer that is trusted says for whom a token is: a person who is known here, or a machine. What may
 * come of it was allowed beforehand, in the settings. Keys are looked up by issuer, never by client. An assertion is
 * good once; there is no refresh token.
 *
 * @param algorithms what an assertion may be signed with
 * @see RFC 7521 section 4.1, RFC 7523 section 2.1, draft-ietf-oauth-rfc7523bis (`aud` is the issuer, as one text)
 */
export const createJwtBearer = (remoteKeys: RemoteKeys, algorithms: readonly SignatureAlgorithm[]) =>
  defineGrant({
    type: jwtBearerGrant,
    parse: (form, _client, settings) => {
      const assertion = form.get('assertion')
      if (assertion === undefined) return because('assertion_missing')
      const scope = parseScope(form.get('scope'))
      if (!scope.ok) return scope
      const resources = parseResources(form.all('resource'), settings)
      if (!resources.ok) return resources
      const issuer = findIssuer(assertion, settings)

      return accept({ assertion, issuer, scope: scope.value, resources: resources.value } as JwtBearerRequest)
    },
    load: async ({ assertion, issuer }, client, { store }): Promise<JwtBearerFacts> => {
      const claims =
        issuer === undefined || !mayBring(client, issuer)
          ? undefined
          : await verify(assertion, issuer, remoteKeys, algorithms)
      if (issuer === undefined || claims === undefined) return { claims, used: false, account: undefined }

      return {
        claims,
        used: await store.isUsed(replayKey(issuer, claims)),
        account: await findAccount(issuer, claims['sub'], store),
      }
    },
    decide: decideJwtBearer,
  })

/** Only the signature is looked at here; what the claims are worth is decided. */
async function verify(
  assertion: string,
  issuer: TrustedIssuer,
  remoteKeys: RemoteKeys,
  algorithms: readonly SignatureAlgorithm[],
) {
  // The types of other kinds of JWT are never taken; an assertion of this kind has none of its own (RFC 8725 section 3.11).
  const open = (keys: ReturnType<typeof verificationKeysOf>) =>
    openJwt(assertion, { keys, typ: ['JWT', undefined], maxLength: maxAssertionLength })
  const opened =
    issuer.jwksUri === undefined
      ? open(verificationKeysOf(issuer))
      : await readWithRemoteKeys({ owner: issuer.issuer, uri: issuer.jwksUri, alg: undefined }, remoteKeys, open)

  return opened.ok && algorithms.includes(opened.value.key.alg) ? opened.value.claims : undefined
}

function findIssuer(assertion: string, { trustedIssuers }: Settings): TrustedIssuer | undefined {
  const jws = decodeJws(assertion, maxAssertionLength)
  const claims = jws.ok ? parseJsonObject(jws.value.payload) : jws

  return claims.ok ? trustedIssuers.get(claims.value['iss'] as string) : undefined
}

async function findAccount({ subject }: TrustedIssuer, sub: unknown, store: Store): Promise<Account | undefined> {
  if (typeof sub !== 'string') return undefined
  if (subject === 'account') return store.findAccount(sub as Subject)
  const canonical = canonicalUsername(sub)
  // Two names that are one person here may be two persons there: only the one form is taken.
  if (subject === 'client' || !canonical.ok || canonical.value !== sub) return undefined

  return store.findAccountByUsername(canonical.value)
}

/** How long a token may go on after its assertion, which was the reason for it (RFC 7521 section 4.1). */
const mostAfterwards = seconds(300)

function decideJwtBearer(
  request: JwtBearerRequest,
  facts: JwtBearerFacts,
  context: GrantContext,
): Result<TokenPlan, TokenRefusal> {
  const { client, now } = context
  const { issuer } = request
  if (issuer === undefined) return refuseToken('assertion_issuer_unknown')
  if (client.type === 'public' && !issuer.publicClients) return refuseToken('client_not_confidential')
  if (!mayBring(client, issuer)) return refuseToken('assertion_not_for_client')
  // It knows people by names that only an authorization leads back from, and here there is none.
  if (client.identity.subjectType === 'pairwise' && issuer.subject !== 'client')
    return refuseToken('assertion_not_for_client')
  if (facts.claims === undefined) return refuseToken('assertion_invalid')
  const checked = checkAssertion(facts.claims, issuer, context)
  if (!checked.ok) return refuseToken(checked.error.reason)
  const assertion = checked.value
  if (facts.used || mayBeForgotten(assertion.issuedAt, futureSkew, context.settings))
    return refuseToken('assertion_used')
  const subject = decideSubject(assertion, issuer, facts.account, context)
  if (subject === undefined) return refuseToken('assertion_subject_unknown')
  const access = decideWhatFor(request, assertion, issuer, context)
  if (!access.ok) return refuseToken(access.error.reason)
  const usual = client.lifetimes.accessToken ?? access.value.resource.accessTokenLifetime
  const left = Math.floor((addSeconds(assertion.expiresAt, mostAfterwards) - now) / 1000)

  return accept({
    from: { kind: 'assertion', key: replayKey(issuer, facts.claims), expiresAt: assertion.rememberedUntil },
    clientId: client.id,
    subject,
    scope: access.value.scope,
    resource: access.value.resource,
    lifetime: seconds(Math.min(usual, left)),
    authenticatedAt: undefined,
    refreshable: false,
    vouchedBy: issuer.issuer,
  })
}

/** Whose token it is; `undefined` if the assertion speaks of nobody who may have one. */
function decideSubject(
  { subject, issuedAt }: Assertion,
  issuer: TrustedIssuer,
  account: Account | undefined,
  { client }: GrantContext,
): Subject | undefined {
  if (issuer.subjects !== undefined && !issuer.subjects.includes(subject)) return undefined
  if (issuer.subject === 'client') return client.id as string as Subject

  return account !== undefined && stillStands(account, issuedAt) ? account.subject : undefined
}

/** No more than the settings, the registration and the assertion itself allow. */
function decideWhatFor(
  request: JwtBearerRequest,
  assertion: Assertion,
  issuer: TrustedIssuer,
  { client, settings }: GrantContext,
) {
  // Nobody signs in here, so there is nothing to say of it, and no session to stay connected in.
  if (request.scope.some((each) => isBeside(each, settings))) return because('scope_not_allowed')
  const allowed = issuer.resources.filter((each) => assertion.resources?.includes(each) ?? true)
  if (allowed.length === 0) return because('resource_exceeds_grant')
  const most = intersect(client.scope, intersect(issuer.scope, assertion.scope ?? issuer.scope))
  const only = allowed.length === 1 ? allowed : []
  const named = request.resources.length > 0 ? request.resources : only
  const target = decideTarget(request.scope, named, { ...client, scope: most }, settings)
  if (!target.ok) return target
  if (!target.value.resources.every((each) => allowed.includes(each))) return because('resource_exceeds_grant')

  return decideAccess(named, target.value.resources, target.value.scope, settings)
}
