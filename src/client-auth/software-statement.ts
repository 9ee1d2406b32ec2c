import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import { parseKeySet } from '../jose/jwk.ts'
import type { VerificationKey } from '../jose/jwk.ts'
import { checkClaims, openJwt } from '../jose/jwt.ts'
import { parseJsonObject } from '../base/strict-json.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { StatementIssuer } from '../protocol/registration-settings.ts'

/** Claims about the statement, not about the client. */
const ownClaims = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']
const maxLength = 16_384
/** Stands in for the end of one that names none: the last second of the year 9999. */
const endless = 253_402_300_799

/** Checks software statements of the issuers an operator trusts. */
export type StatementReader = (metadata: JsonObject, now: Instant) => Result<JsonObject, OAuthError>

/**
 * Reads metadata with the software statement in them, if there is one: what it claims wins over what stands beside it.
 * A statement of somebody nobody here trusts is `unapproved_software_statement`; one that is malformed, over, or not
 * signed by who it says, `invalid_software_statement`. One without an end is good until the issuer's keys change.
 *
 * @see RFC 7591 sections 2.3 and 3.2.2
 */
export function createStatementReader(issuers: readonly StatementIssuer[]): StatementReader {
  const trusted = new Map(issuers.map(({ issuer, jwks }) => [issuer, keysOf(jwks)]))

  return (metadata, now) => {
    const statement = metadata['software_statement']
    if (statement === undefined || statement === null) return accept(metadata)
    if (typeof statement !== 'string' || statement.length > maxLength) return because('software_statement_invalid')
    const issuer = issuerOf(statement)
    if (issuer === undefined) return because('software_statement_invalid')
    const keys = trusted.get(issuer)
    if (keys === undefined) return because('software_statement_unapproved')
    const opened = openJwt(statement, { keys, typ: [undefined, 'JWT', 'jwt'], maxLength })
    if (!opened.ok) return because('software_statement_invalid')
    const { claims } = opened.value
    const ending = claims['exp'] === undefined ? { ...claims, exp: endless } : claims
    if (!checkClaims(ending, { issuer, now, futureSkew: seconds(10) }).ok) return because('software_statement_invalid')
    const ofClient = Object.entries(claims).filter(([name]) => !ownClaims.includes(name))

    return accept({ ...metadata, ...Object.fromEntries(ofClient) })
  }
}

function keysOf(jwks: Readonly<Record<string, unknown>>): readonly VerificationKey[] {
  const keys = parseKeySet(jwks, { maxKeys: 20, unusable: 'refuse' })

  // Looked at when the settings were read.
  return keys.ok ? keys.value : []
}

/** Who it says it is of, to find the keys that tell whether that is so. */
function issuerOf(statement: string): string | undefined {
  const issuer = statementClaims(statement)?.['iss']

  return typeof issuer === 'string' ? issuer : undefined
}

/** What a statement claims, whether or not that is true. */
export function statementClaims(statement: unknown): JsonObject | undefined {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(typeof statement === 'string' ? statement : '')?.[1]
  const claims = payload === undefined ? undefined : parseJsonObject(Buffer.from(payload, 'base64url'))

  return claims?.ok === true ? claims.value : undefined
}
