import type { Instant } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { Consent, StoredAuthorizeRequest } from '../protocol/authorization.ts'
import { decideAuthorize, standing } from '../protocol/authorize-decision.ts'
import type { AuthorizeDecision, SignedIn } from '../protocol/authorize-decision.ts'
import type { Client } from '../protocol/client.ts'
import { shownSubject } from '../protocol/pairwise.ts'

/** What comes next for a request, and the consent that was remembered. */
export interface NextStep {
  readonly consent: Consent | undefined
  readonly decision: AuthorizeDecision
}

/** Reads the facts and asks `decideAuthorize`. @param began when the request arrived */
export async function findNextStep(
  request: StoredAuthorizeRequest,
  client: Client,
  signedIn: SignedIn | undefined,
  began: Instant,
  { store, keys, now }: Ports,
): Promise<NextStep> {
  const subject = signedIn?.account.subject
  // What was allowed on another occasion says nothing about this device: all of it is asked.
  const consent =
    subject === undefined || request.answerTo.kind === 'device'
      ? undefined
      : standing(await store.findConsent(subject, client.id), client)
  const shownAs =
    subject === undefined || request.expectedSubject === undefined
      ? undefined
      : shownSubject(subject, client, keys.pairwiseSubjects)

  return { consent, decision: decideAuthorize(request, client, { signedIn, shownAs, consent }, began, now()) }
}
