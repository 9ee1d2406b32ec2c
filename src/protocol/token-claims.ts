import { isPairwise } from './pairwise.ts'
import type { TokenParticulars } from './particulars.ts'

/**
 * The particulars of an access token as its claims and as members of introspection: a `sub` in the place of the
 * account's (OpenID Connect Core 1.0 section 8.1), `cnf` (RFC 7800), `acr` (RFC 9470 section 6), `act` and `may_act`
 * (RFC 8693 sections 4.1 and 4.4), `authorization_details` (RFC 9396 section 9). And where no person is the subject
 * though it is not the client itself, `hufu_subject_type`: the one rule that an API knows does not tell it then.
 */
export const particularClaims = ({
  shownSubject,
  subjectType,
  confirmation,
  acr,
  actor,
  mayAct,
  authorizationDetails,
}: TokenParticulars) => ({
  ...(shownSubject !== undefined && { sub: shownSubject }),
  ...(subjectType !== undefined && { hufu_subject_type: subjectType }),
  ...(confirmation !== undefined && { cnf: confirmation }),
  ...(acr !== undefined && { acr }),
  ...(actor !== undefined && { act: actor }),
  ...(mayAct !== undefined && { may_act: mayAct }),
  ...(authorizationDetails !== undefined && { authorization_details: authorizationDetails }),
})

/** Besides those, what only this server reads again. */
export const lineageClaims = ({ derivedFrom, derivedBy, derivedUnder }: TokenParticulars) => ({
  ...(derivedFrom !== undefined && { hufu_derived_from: derivedFrom }),
  ...(derivedBy !== undefined && { hufu_derived_by: derivedBy }),
  ...(derivedUnder !== undefined && { hufu_derived_under: derivedUnder }),
})

/** What {@link particularClaims} and {@link lineageClaims} wrote, of a token whose signature says that it was us. */
export function particularsOf(claims: Readonly<Record<string, unknown>>): TokenParticulars {
  const { sub, hufu_subject_type, cnf, acr, act, may_act, authorization_details } = claims
  const { hufu_derived_from, hufu_derived_by, hufu_derived_under } = claims

  return {
    ...(isPairwise(sub as string) && { shownSubject: sub }),
    ...(hufu_subject_type !== undefined && { subjectType: hufu_subject_type }),
    ...(cnf !== undefined && { confirmation: cnf }),
    ...(acr !== undefined && { acr }),
    ...(act !== undefined && { actor: act }),
    ...(may_act !== undefined && { mayAct: may_act }),
    ...(authorization_details !== undefined && { authorizationDetails: authorization_details }),
    ...(hufu_derived_from !== undefined && { derivedFrom: hufu_derived_from }),
    ...(hufu_derived_by !== undefined && { derivedBy: hufu_derived_by }),
    ...(hufu_derived_under !== undefined && { derivedUnder: hufu_derived_under }),
  } as TokenParticulars
}
