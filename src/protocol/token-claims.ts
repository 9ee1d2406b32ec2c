import type { TokenParticulars } from './particulars.ts'

/**
 * The particulars of an access token as its claims and as members of introspection: `cnf` (RFC 7800), `acr` (RFC 9470
 * section 6), `act` (RFC 8693 section 4.1), `authorization_details` (RFC 9396 section 9).
 */
export const particularClaims = ({ confirmation, acr, actor, authorizationDetails }: TokenParticulars) => ({
  ...(confirmation !== undefined && { cnf: confirmation }),
  ...(acr !== undefined && { acr }),
  ...(actor !== undefined && { act: actor }),
  ...(authorizationDetails !== undefined && { authorization_details: authorizationDetails }),
})

/** What {@link particularClaims} wrote, of a token whose signature says that it was us. */
export function particularsOf(claims: Readonly<Record<string, unknown>>): TokenParticulars {
  const { cnf, acr, act, authorization_details } = claims

  return {
    ...(cnf !== undefined && { confirmation: cnf }),
    ...(acr !== undefined && { acr }),
    ...(act !== undefined && { actor: act }),
    ...(authorization_details !== undefined && { authorizationDetails: authorization_details }),
  } as TokenParticulars
}
