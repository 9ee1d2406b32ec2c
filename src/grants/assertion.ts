import { hash } from 'node:crypto'
import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { addSeconds, seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import { checkClaims, numericDate } from '../jose/jwt.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { Confirmation } from '../protocol/particulars.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'
import { parseResources } from '../protocol/target.ts'
import type { TrustedIssuer } from '../protocol/trusted-issuer.ts'
import type { GrantContext } from './grant.ts'

/** What a trusted issuer said, as far as it is believed. */
export interface Assertion {
  readonly subject: string
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  /** Its `jti` is remembered beyond its end, for instances whose clocks differ. */
  readonly rememberedUntil: Instant
  /** What it limits itself to; `undefined` where it says nothing. */
  readonly scope: Scope | undefined
  readonly resources: readonly ResourceId[] | undefined
}

export const maxAssertionLength = 16_384
const maxTextLength = 256

/** How far ahead `exp` may lie: an assertion is made to be used. */
const longestLifetime = seconds(3600)

/** How far the clock of an issuer may run ahead of ours. */
export const futureSkew = seconds(10)

/** Members that change what the others mean, and are not understood here (attack row GR-06). */
const notUnderstood = ['authorization_details', 'act', 'may_act', 'crit']

/**
 * Decides whether claims that the issuer signed are an assertion for this server, made for this client, still good.
 *
 * @see RFC 7523 section 3, requirements R3
 */
export function checkAssertion(
  claims: JsonObject,
  { issuer }: TrustedIssuer,
  { client, settings, now, confirmation }: GrantContext,
): Result<Assertion, OAuthError> {
  const checked = checkClaims(claims, {
    issuer,
    audience: settings.issuer,
    required: ['sub', 'iat', 'jti'],
    now,
    futureSkew,
  })
  if (!checked.ok) return because(checked.error === 'expired' ? 'assertion_expired' : 'assertion_invalid')
  const { sub, aud, iat, exp, jti, client_id: clientId, cnf } = claims
  // Several audiences are how an assertion for one server gets used at another (attack row CA-05).
  if (typeof aud !== 'string' || !isShortText(sub) || !isShortText(jti)) return because('assertion_invalid')
  if (numericDate(exp) > addSeconds(now, longestLifetime)) return because('assertion_invalid')
  if (notUnderstood.some((name) => claims[name] !== undefined)) return because('assertion_invalid')
  if (clientId !== undefined && clientId !== client.id) return because('assertion_not_for_client')
  if (cnf !== undefined && !isProved(cnf, confirmation)) return because('assertion_invalid')
  const scope = claims['scope'] === undefined ? accept(undefined) : readScope(claims['scope'])
  if (!scope.ok) return because('assertion_invalid')
  const named = claims['resource'] === undefined ? undefined : [claims['resource']].flat()
  const resources = named === undefined ? accept(undefined) : readResources(named, settings)
  if (!resources.ok) return because('assertion_invalid')

  return accept({
    subject: sub,
    issuedAt: numericDate(iat),
    expiresAt: numericDate(exp),
    rememberedUntil: addSeconds(numericDate(exp), futureSkew),
    scope: scope.value,
    resources: resources.value,
  })
}

/** Two issuers may choose the same `jti`. */
export const replayKey = ({ issuer }: TrustedIssuer, { jti }: JsonObject) =>
  `assertion ${hash('sha256', JSON.stringify([issuer, jti]), 'base64url')}`

const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxTextLength

/** The assertion is good in the hands of who holds a key, which the request has to prove (RFC 7800 section 3.1). */
function isProved(cnf: unknown, shown: Confirmation | undefined): boolean {
  const members = Object.entries((cnf ?? {}) as object)

  return members.length === 1 && members[0]?.[0] === 'jkt' && members[0][1] === shown?.jkt
}

const readScope = (value: unknown) => (typeof value === 'string' ? parseScope(value) : because('scope_malformed'))

const readResources = (named: readonly unknown[], settings: GrantContext['settings']) =>
  named.every((each) => typeof each === 'string') ? parseResources(named, settings) : because('resource_malformed')
