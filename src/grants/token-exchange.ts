import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { earlier, seconds } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { isHeldBy } from '../protocol/key-binding.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Actor, TokenParticulars } from '../protocol/particulars.ts'
import type { TokenPlan, TokenRefusal } from '../protocol/plan.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'
import type { Settings } from '../protocol/settings.ts'
import { parseResources } from '../protocol/target.ts'
import * as exchange from '../protocol/token-exchange.ts'
import { findToken, isLive } from './find-token.ts'
import type { FoundAccessToken } from './find-token.ts'
import { defineGrant, refuseToken } from './grant.ts'
import type { GrantContext } from './grant.ts'

export interface ExchangeRequest {
  readonly subjectToken: string
  readonly actorToken: string | undefined
  readonly scope: Scope
  readonly targets: readonly ResourceId[]
}

/** `undefined` for text that is no access token of ours, and for what was not sent. */
export interface ExchangeFacts {
  readonly subject: PresentedToken | undefined
  readonly actor: PresentedToken | undefined
}

export interface PresentedToken {
  readonly token: FoundAccessToken
  /** False if time or anything else ended it. */
  readonly live: boolean
}

/**
 * An access token of this server for another one: fewer scopes, another API, and on delegation the name of who acts. A
 * client exchanges only what came to it in the usual way, and only as its rules say; it has none unless an operator
 * wrote them. What comes out never holds more, lives longer, or outlives the authorization it began with.
 *
 * Refresh tokens are not taken: used here they would not rotate, and a stolen one would go unnoticed. Neither are ID
 * tokens, which tell a client who signed in, nor JWTs of others, which the JWT bearer grant is for.
 *
 * @see RFC 8693
 */
export const tokenExchange = defineGrant({
  type: exchange.tokenExchangeGrant,
  parse: parseExchange,
  load: async ({ subjectToken, actorToken }, _client, ports): Promise<ExchangeFacts> => ({
    subject: await find(subjectToken, ports),
    actor: actorToken === undefined ? undefined : await find(actorToken, ports),
  }),
  decide: decideExchange,
})

function parseExchange(form: Parameters, _client: unknown, settings: Settings): Result<ExchangeRequest, OAuthError> {
  const [subjectToken, subjectType] = [form.get('subject_token'), form.get('subject_token_type')]
  if (subjectToken === undefined || subjectType === undefined) return because('subject_token_missing')
  const [actorToken, actorType] = [form.get('actor_token'), form.get('actor_token_type')]
  if ((actorToken === undefined) !== (actorType === undefined)) return because('actor_token_incomplete')
  const types = [subjectType, actorType, form.get('requested_token_type')]
  if (!types.every((each) => each === undefined || each === exchange.accessTokenType))
    return because('token_type_unsupported')
  const scope = parseScope(form.get('scope'))
  if (!scope.ok) return scope
  // An API has one name, whichever of the two parameters brings it.
  const targets = parseResources([...form.all('resource'), ...form.all('audience')], settings)
  if (!targets.ok) return targets

  return accept({ subjectToken, actorToken, scope: scope.value, targets: targets.value })
}

async function find(text: string, ports: Ports): Promise<PresentedToken | undefined> {
  const found = await findToken(text, ports)

  return found?.kind === 'access_token' ? { token: found, live: await isLive(found, ports) } : undefined
}

function decideExchange(
  request: ExchangeRequest,
  facts: ExchangeFacts,
  context: GrantContext,
): Result<TokenPlan, TokenRefusal> {
  const { client, settings, now } = context
  if (client.type === 'public') return refuseToken('client_not_confidential')
  const parties = decideParties(request, facts, context)
  if (!parties.ok) return refuseToken(parties.error.reason)
  const { subject, acting, lineage, end } = parties.value
  const asked = { ...request, withActor: request.actorToken !== undefined }
  const exchanged = exchange.decideExchange(asked, subject, client, settings)
  if (!exchanged.ok) return refuseToken(exchanged.error.reason)
  const { kind, resource, scope } = exchanged.value
  const usual = client.lifetimes.accessToken ?? resource.accessTokenLifetime
  const lifetime = seconds(Math.min(usual, Math.floor((end - now) / 1000)))
  if (lifetime < 1) return refuseToken('subject_token_ended')

  return accept({
    from: undefined,
    clientId: client.id,
    subject: subject.subject,
    scope,
    resource,
    lifetime,
    authenticatedAt: subject.authenticatedAt,
    refreshable: false,
    under: subject.authorizationId,
    issuedTokenType: exchange.accessTokenType,
    particulars: {
      // Nobody learns another name of the person than the one that was shown (OpenID Connect Core 1.0 section 8.1).
      shownSubject: subject.particulars.shownSubject ?? subject.subject,
      subjectType: subject.subject === (subject.clientId as string) ? 'client' : subject.particulars.subjectType,
      ...kept(subject.particulars),
      actor: exchange.actorOf(kind, acting, subject.particulars.actor),
      ...lineage,
    },
  })
}

/** For whom the new token speaks, who acts, which tokens it ends with, and when at the latest. */
function decideParties({ actorToken }: ExchangeRequest, facts: ExchangeFacts, context: GrantContext) {
  const subject = believe(facts.subject, context)
  if (!subject.ok) return subject
  if (actorToken === undefined) return joinParties(subject.value, undefined, { sub: context.client.id })
  const actor = believe(facts.actor, context)
  // Who acts for somebody cannot hand that on by acting for somebody else.
  if (!actor.ok || actor.value.particulars.actor !== undefined) return because('actor_token_invalid')
  const { subject: sub, clientId, particulars } = actor.value
  // By their own name they would be known to whom only another was shown, and by that one nobody here finds them again.
  if ((particulars.shownSubject ?? sub) !== sub) return because('actor_token_invalid')

  return joinParties(subject.value, actor.value, { sub, client_id: clientId })
}

function joinParties(subject: FoundAccessToken, actor: FoundAccessToken | undefined, acting: Actor) {
  if (!exchange.mayBeActor(subject.particulars.mayAct, acting)) return because('actor_not_allowed')
  const sources = actor === undefined ? [subject] : [subject, actor]
  const ancestors = sources.flatMap((each) => [...(each.particulars.derivedFrom ?? []), each.id])
  if (ancestors.length > exchange.maxAncestors) return because('exchange_chain_too_long')
  const own = actor?.authorizationId === undefined ? [] : [actor.authorizationId]
  const under = distinct([...sources.flatMap((each) => each.particulars.derivedUnder ?? []), ...own])
  const end = earlier(subject.expiresAt, actor?.expiresAt ?? subject.expiresAt)

  const lineage = {
    derivedFrom: ancestors,
    derivedBy: distinct(sources.flatMap((each) => [...(each.particulars.derivedBy ?? []), each.clientId])),
    ...(under.length > 0 && { derivedUnder: under }),
  }

  return accept({ subject, acting, lineage, end })
}

const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)]

/** A presented token that counts: ours, in the right hands, alive, and with its key if it is bound to one. */
function believe(
  presented: PresentedToken | undefined,
  { client, confirmation }: GrantContext,
): Result<FoundAccessToken, OAuthError> {
  if (presented === undefined) return because('subject_token_unknown')
  const { token, live } = presented
  if (!exchange.isRightlyHeld(token, client)) return because('subject_token_foreign')
  if (!live) return because('subject_token_ended')

  return isHeldBy(token.particulars.confirmation, confirmation) ? accept(token) : because('subject_token_bound')
}

/** What stays as it was. The key is the one that the request showed: the token's own, if it has one. */
const kept = ({ acr, mayAct, authorizationDetails }: TokenParticulars): TokenParticulars => ({
  ...(acr !== undefined && { acr }),
  ...(mayAct !== undefined && { mayAct }),
  ...(authorizationDetails !== undefined && { authorizationDetails }),
})
