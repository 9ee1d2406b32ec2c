import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import {
  areWithin,
  detailsFor,
  detailsStillAllowed,
  parseAuthorizationDetails,
  resourcesOf,
} from './authorization-details.ts'
import type { Client } from './client.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import type { Parameters } from './parameters.ts'
import type { AuthorizationDetail } from './particulars.ts'
import type { ResourceId } from './resource.ts'
import { emptyScope, parseScope } from './scope.ts'
import type { Scope } from './scope.ts'
import { offlineAccess } from './settings.ts'
import type { Settings } from './settings.ts'
import { decideAccess, decideAudience, decideTarget, isBeside, isIdentity, parseResources } from './target.ts'
import type { Access, Target } from './target.ts'

/** What is asked for, or what was granted, by scope and in detail. */
export interface Detailed {
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
  readonly details: readonly AuthorizationDetail[]
}

/** Reads what is asked for. */
export function parseDetailed(form: Parameters, client: Client, settings: Settings): Result<Detailed, OAuthError> {
  const scope = parseScope(form.get('scope'))
  if (!scope.ok) return scope
  const rest = parseNarrowing(form, client, settings)

  return rest.ok ? accept({ scope: scope.value, ...rest.value }) : rest
}

/** Reads what a token shall be for, where the scope was granted before. */
export function parseNarrowing(
  form: Parameters,
  client: Client,
  settings: Settings,
): Result<Pick<Detailed, 'resources' | 'details'>, OAuthError> {
  const resources = parseResources(form.all('resource'), settings)
  if (!resources.ok) return resources
  const details = parseAuthorizationDetails(form.get('authorization_details'), client, settings)

  return details.ok ? accept({ resources: resources.value, details: details.value }) : details
}

/**
 * As `decideTarget`. A request with details and without `scope` is about the details alone, so the client's default
 * scope is not added to one payment; the resources that the details are for belong to the target (RFC 9396 section 3).
 */
export function decideDetailedTarget(
  { scope, resources, details }: Detailed,
  client: Client,
  settings: Settings,
): Result<Target, OAuthError> {
  if (details.length === 0) return decideTarget(scope, resources, client, settings)
  const needed = resourcesOf(details, settings)
  if (resources.length > 0 && !needed.every((each) => resources.includes(each)))
    return because('detail_of_another_resource')
  if (scope.length === 0) return accept({ scope: emptyScope, resources: resources.length > 0 ? resources : needed })
  const isAlone = scope.every((each) => isBeside(each, settings))
  const target = decideTarget(scope, isAlone && resources.length === 0 ? needed : resources, client, settings)
  if (!target.ok) return target

  return accept({ scope: target.value.scope, resources: [...new Set([...target.value.resources, ...needed])] })
}

/** What one access token is for, in detail too; without details there is no such member. */
export type DetailedAccess = Access & { readonly authorizationDetails?: readonly AuthorizationDetail[] }

/**
 * As `decideAccess`, with the details that belong to the token's resource: those that are asked for, within what was
 * granted, or else all of them (RFC 9396 section 6). A token for details alone needs no scope.
 *
 * @param asked its scope is within the grant already
 */
export function decideDetailedAccess(
  asked: Detailed,
  granted: Pick<Detailed, 'resources' | 'details'>,
  client: Client,
  settings: Settings,
): Result<DetailedAccess, OAuthError> {
  const allowed = detailsStillAllowed(granted.details, client, settings)
  if (!areWithin(asked.details, allowed, settings)) return because('details_exceed_grant')
  const isAlone = asked.scope.every((each) => isBeside(each, settings))
  if (isAlone && granted.details.length > 0 && allowed.length === 0) return because('authorization_revoked')
  const meant = asked.details.length > 0 ? asked.details : allowed
  const about = asked.details.length > 0 || isAlone ? resourcesOf(meant, settings) : []
  if (asked.details.length > 0 && about.length > 1) return because('detail_of_another_resource')
  const named = asked.resources.length > 0 ? asked.resources : about.slice(0, 1)

  const audience = named.length === 0 ? undefined : decideAudience(named, granted.resources, settings)
  if (audience?.ok === false) return audience
  const details = audience === undefined ? [] : detailsFor(audience.value.id, meant, settings)
  if (details.length < asked.details.length) return because('detail_of_another_resource')
  if (audience !== undefined && details.length > 0) {
    const { value: resource } = audience
    const scope = asked.scope.filter((each) => resource.scope.includes(each) || isIdentity(each, settings))

    return accept({
      resource,
      scope: scope as readonly string[] as Scope,
      offline: asked.scope.includes(offlineAccess),
      authorizationDetails: details,
    })
  }
  const access = decideAccess(named, granted.resources, asked.scope, settings)
  if (!access.ok) return access
  const beside = detailsFor(access.value.resource.id, meant, settings)

  return accept({ ...access.value, ...(beside.length > 0 && { authorizationDetails: beside }) })
}
