import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { Client } from './client.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import type { Resource, ResourceId } from './resource.ts'
import { intersect, isWithin, union, without } from './scope.ts'
import type { Scope } from './scope.ts'
import { identityScopes, offlineAccess } from './settings.ts'
import type { Settings } from './settings.ts'

/** More `resource` values than this are refused (attack row AZ-10). */
export const maxResources = 10

/** What is asked for: which scopes, at which resources. */
export interface Target {
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
}

/**
 * Reads `resource` parameters. Refused: anything but an absolute URI without a fragment, what is not registered
 * here, and more than {@link maxResources}. What comes out is the registered text, whatever form was sent.
 *
 * @see RFC 8707 section 2
 */
export function parseResources(raw: readonly string[], settings: Settings): Result<readonly ResourceId[], OAuthError> {
  if (raw.length > maxResources) return because('resource_unknown')
  if (!raw.every((each) => !each.includes('#') && URL.canParse(each))) return because('resource_malformed')
  const found = raw.map((each) => findRegistered(each as ResourceId, settings)?.id)
  if (!found.every((each) => each !== undefined)) return because('resource_unknown')

  return accept([...new Set(found)])
}

/** The resource of a token, by its exact identifier: a registered one, or for who only signs people in the issuer. */
export function findResource(id: ResourceId, settings: Settings): Resource | undefined {
  const { ownResource, features } = settings

  return findRegistered(id, settings) ?? (features.openid && ownResource.id === id ? ownResource : undefined)
}

/**
 * Finds a resource by the identifier that a client sent. Nothing is normalised but one thing: where there is no path, a
 * lone slash at the end may be there or not, since MCP clients pass identifiers through URL parsers, which add it.
 */
function findRegistered(id: ResourceId, settings: Settings): Resource | undefined {
  return findExactly(id, settings) ?? findExactly(withOrWithoutSlash(id), settings)
}

/** The issuer stands in for a resource only where none is registered: else all scopes would meet in one audience. */
function findExactly(id: ResourceId, { resources, ownResource }: Settings): Resource | undefined {
  return resources.size === 0 && ownResource.id === id ? ownResource : resources.get(id)
}

const withoutPath = /^(https?:\/\/[^/?#]+)(\/?)$/

/** The other way to write an identifier without a path; any other stays as it is. */
const withOrWithoutSlash = (id: ResourceId) =>
  id.replace(withoutPath, (_id, origin: string, slash: string) => (slash === '' ? `${origin}/` : origin)) as ResourceId

/**
 * Decides what a request is about. A request without `scope` gets the client's default scope (DECISIONS 10), one
 * without `resource` the resource that its scopes belong to, then the client's default, then the only one there is.
 * Scopes that the resources do not understand are left out; the answer's `scope` tells (RFC 8707 section 2.2). Beside
 * `openid` that goes for scopes nobody knows, too (requirements R12).
 *
 * @returns `scope_unknown`, `scope_not_allowed`, `scope_of_several_resources` or `resource_missing` if it cannot be told
 */
export function decideTarget(
  requested: Scope,
  resources: readonly ResourceId[],
  client: Client,
  settings: Settings,
): Result<Target, OAuthError> {
  const heard = asksForIdentity(requested, settings) ? understood(requested, client, settings) : requested
  const known = heard.every((each) => isKnown(each, settings))
  if (!known) return because('scope_unknown')
  if (!isWithin(heard, allowedTo(client))) return because('scope_not_allowed')
  const asked = heard.length > 0 ? heard : client.scope
  const chosen =
    resources.length > 0 ? accept(resources) : chooseResource(asked, requested.length > 0, client, settings)
  if (!chosen.ok) return chosen

  const scope = asked.filter(
    (each) => isBeside(each, settings) || chosen.value.some((id) => understands(id, each, settings)),
  )
  // Neither what was asked nor the default may come to nothing unsaid (OAuth 2.1 section 1.4.1).
  if (scope.length === 0 && asked.length > 0) return because('scope_not_allowed')

  return accept({ scope: scope as readonly string[] as Scope, resources: chosen.value })
}

/**
 * The part of a granted scope that its client may have today: what an operator takes away is gone for what was granted
 * before, too.
 *
 * @returns `undefined` if nothing is left of something
 */
export function stillAllowed(granted: Scope, client: Client): Scope | undefined {
  const left = intersect(granted, allowedTo(client))
  const isNothing = without(left, [offlineAccess]).length === 0

  return isNothing && without(granted, [offlineAccess]).length > 0 ? undefined : left
}

/** The part of a granted scope that a token for this resource holds (RFC 9068 section 2.2.3). */
export const scopeFor = (resource: Resource, scope: Scope) => intersect(scope, resource.scope)

/**
 * Which of the granted resources a token is for: the one that is named, or the first that was granted. One token is
 * for one resource, so that no scope in it can mean two things (RFC 9068 section 3).
 */
export function decideAudience(
  named: readonly ResourceId[],
  granted: readonly ResourceId[],
  settings: Settings,
): Result<Resource, OAuthError> {
  if (named.length > 1) return because('resource_several')
  const id = named[0] ?? granted[0]
  const resource = id === undefined || !granted.includes(id) ? undefined : findResource(id, settings)

  return resource === undefined ? because('resource_exceeds_grant') : accept(resource)
}

/**
 * True for a scope that belongs to no resource and stands beside those that do: `offline_access`, and where OpenID
 * Connect is on the ones about the person.
 */
export const isBeside = (scope: string, settings: Settings) => scope === offlineAccess || isIdentity(scope, settings)

/** True for a scope about the person, where OpenID Connect is on. */
export const isIdentity = (scope: string, { features }: Settings) => features.openid && identityScopes.includes(scope)

/** True for a request of OpenID Connect: there `openid` is in the scope (Core 1.0 section 3.1.2.1). */
export const asksForIdentity = (scope: Scope, { features }: Settings) => features.openid && scope.includes('openid')

/** A scope beside `openid`, without what nobody knows, and without staying connected where the client never may. */
const understood = (scope: Scope, client: Client, settings: Settings) =>
  scope.filter(
    (each) => isKnown(each, settings) && (each !== offlineAccess || client.grantTypes.includes('refresh_token')),
  ) as readonly string[] as Scope

export const withOffline = (scope: Scope) => union(scope, [offlineAccess] as readonly string[] as Scope)

/** What one access token is for. */
export interface Access {
  readonly resource: Resource
  readonly scope: Scope
  /** `offline_access` is for no resource, so it is apart from what the token holds. */
  readonly offline: boolean
}

/**
 * Decides what an access token under a grant is for: the resource that is named, else the first that understands all
 * of the scope, else the first; and the part of the scope that means something there. Refused where nothing of the
 * scope would be left: an answer without `scope` would say that all of it was given (OAuth 2.1 section 3.2.3).
 *
 * @param scope what is asked for, already within the grant
 */
export function decideAccess(
  named: readonly ResourceId[],
  granted: readonly ResourceId[],
  scope: Scope,
  settings: Settings,
): Result<Access, OAuthError> {
  const meant = scope.filter((each) => !isBeside(each, settings))
  const fitting = granted.find((id) => meant.every((each) => understands(id, each, settings)))
  const chosen = named.length === 0 && fitting !== undefined ? [fitting] : named
  const resource = decideAudience(chosen, granted, settings)
  if (!resource.ok) return resource
  const usable = scopeFor(resource.value, scope)
  if (usable.length === 0 && meant.length > 0)
    return because(named.length === 0 ? 'scope_of_several_resources' : 'scope_exceeds_grant')

  // UserInfo takes a token for whichever resource, so every token holds them.
  const held = scope.filter((each) => usable.includes(each) || isIdentity(each, settings))

  return accept({
    resource: resource.value,
    scope: held as readonly string[] as Scope,
    offline: scope.includes(offlineAccess),
  })
}

function chooseResource(
  scope: Scope,
  byName: boolean,
  client: Client,
  settings: Settings,
): Result<readonly ResourceId[], OAuthError> {
  if (settings.resources.size === 0) return accept([settings.ownResource.id])
  const forNoApi = asksForIdentity(scope, settings) && scope.every((each) => isBeside(each, settings))
  if (forNoApi) return accept([settings.ownResource.id])
  const all = [...settings.resources.values()]
  const meant = scope.filter((each) =>
    all.some((resource) => resource.scope.includes(each)),
  ) as readonly string[] as Scope
  const able = all.filter((resource) => isWithin(meant, resource.scope)).map((resource) => resource.id)
  const preferred = client.defaultResource
  if (preferred !== undefined && (able.includes(preferred) || !byName)) return accept([preferred])
  if (able.length === 1) return accept(able)
  if (able.length === 0) return because('scope_of_several_resources')

  return because('resource_missing')
}

function allowedTo({ scope, identity, grantTypes }: Client): Scope {
  const all = identity.scope.length === 0 ? scope : union(scope, identity.scope)

  return grantTypes.includes('refresh_token') ? withOffline(all) : all
}

const isKnown = (scope: string, settings: Settings) => isBeside(scope, settings) || settings.scopes.has(scope)

function understands(id: ResourceId, scope: string, settings: Settings): boolean {
  return findResource(id, settings)?.scope.includes(scope) === true
}
