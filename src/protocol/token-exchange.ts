import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { AccessToken } from './authorization.ts'
import type { Client, ExchangeRule } from './client.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import type { Actor, MayAct } from './particulars.ts'
import type { Resource, ResourceId } from './resource.ts'
import { intersect, isWithin } from './scope.ts'
import type { Scope } from './scope.ts'
import type { Settings } from './settings.ts'
import { findResource } from './target.ts'

/** @see RFC 8693 section 2.1 */
export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The one kind of token that is taken and given. @see RFC 8693 section 3 */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** A token is made from no more tokens than this, so chains of exchanges have an end (attack row GR-05). */
export const maxAncestors = 8

/**
 * True if the client came by the token in the usual way: it was issued to it, or is for an API that it stands for.
 * Whoever merely found a token exchanges nothing.
 */
export const isRightlyHeld = (token: AccessToken, client: Client) =>
  token.clientId === client.id || client.introspects.includes(token.audience)

/** True unless the token names somebody else who alone may come to act (RFC 8693 section 4.4). */
export const mayBeActor = (mayAct: MayAct | undefined, actor: Actor) =>
  mayAct === undefined ||
  // A client that acts for itself is its own subject.
  (mayAct.sub === actor.sub && [undefined, actor.client_id ?? actor.sub].includes(mayAct.client_id))

/**
 * What the new token says of who acts: by delegation the actor, with those before it inside; by impersonation nobody
 * new. Who acted before is never left out (RFC 8693 section 4.1).
 */
export function actorOf(kind: ExchangeRule['kind'], actor: Actor, before: Actor | undefined): Actor | undefined {
  if (kind === 'impersonation') return before

  return before === undefined ? actor : { ...actor, act: before }
}

export interface Exchanged {
  readonly kind: ExchangeRule['kind']
  readonly resource: Resource
  readonly scope: Scope
}

/**
 * Decides what a token may become: the first rule that fits says it. Without a target the rules have to leave one only;
 * without `scope` it is all that the token has, the rule and the client may, and the API understands.
 *
 * @param withActor an actor's token was brought: then only delegation fits
 */
export function decideExchange(
  asked: { readonly targets: readonly ResourceId[]; readonly scope: Scope; readonly withActor: boolean },
  token: AccessToken,
  client: Client,
  settings: Settings,
): Result<Exchanged, OAuthError> {
  if (asked.targets.length > 1) return because('resource_several')
  const rules = client.tokenExchange.filter(
    ({ from, kind }) => (from?.includes(token.clientId) ?? true) && !(asked.withActor && kind === 'impersonation'),
  )
  if (rules.length === 0) return because('exchange_not_allowed')
  const id = asked.targets[0] ?? onlyTargetOf(rules)
  if (id === undefined) return because('resource_missing')
  const rule = rules.find(({ to }) => to === id)
  const resource = findResource(id, settings)
  if (rule === undefined || resource === undefined) return because('exchange_target_not_allowed')
  // What was allowed in detail was allowed for one API, and means nothing at another (RFC 9396 section 2).
  if (token.particulars.authorizationDetails !== undefined && resource.id !== token.audience)
    return because('exchange_target_not_allowed')

  const shared = intersect(intersect(token.scope, resource.scope), client.scope)
  const most = rule.scope === undefined ? shared : intersect(shared, rule.scope)
  const scope = asked.scope.length > 0 ? asked.scope : most
  // An answer without `scope` would say that all of it was given.
  if (!isWithin(scope, most) || (scope.length === 0 && token.scope.length > 0)) return because('scope_exceeds_grant')

  return accept({ kind: rule.kind, resource, scope })
}

function onlyTargetOf(rules: readonly ExchangeRule[]): ResourceId | undefined {
  const [first, ...others] = rules.map(({ to }) => to)

  return others.every((each) => each === first) ? first : undefined
}
