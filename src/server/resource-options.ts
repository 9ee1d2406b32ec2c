import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { seconds } from '../base/time.ts'
import type { Resource, ResourceId } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'
import type { Profile, Settings } from '../protocol/settings.ts'
import { findAlgorithmFault } from './signing.ts'
import { isWhole } from './whole.ts'

export interface ResourceOptions {
  /** Its exact identifier: an absolute URI without a fragment, the `aud` of its tokens. */
  readonly resource: string
  readonly scopes: readonly string[]
  /** @default 'jwt' */
  readonly tokenFormat?: 'jwt' | 'opaque'
  /** Seconds. @default 600 for `jwt`, 3600 for `opaque` (60 to 86_400; shorter in development only) */
  readonly accessTokenLifetime?: number
  /** What its JWTs are signed with. @default that of the server */
  readonly signingAlgorithm?: SignatureAlgorithm
}

/** The APIs that tokens are for. */
export function parseResources(
  raw: readonly ResourceOptions[],
  scopes: readonly string[],
  reserved: readonly string[],
  { profile, signingAlgorithm, development }: Pick<Settings, 'profile' | 'signingAlgorithm' | 'development'>,
): Result<ReadonlyMap<ResourceId, Resource>, string> {
  const claimed = new Set(raw.flatMap((each) => each.scopes))
  // A scope that no resource claims is understood by all of them.
  const common = scopes.filter((each) => !claimed.has(each))
  const resources = new Map<ResourceId, Resource>()
  for (const each of raw) {
    if (!URL.canParse(each.resource) || each.resource.includes('#'))
      return refuse(`resources: ${JSON.stringify(each.resource)} is not an absolute URI without a fragment`)
    if (resources.has(each.resource as ResourceId))
      return refuse(`resources: ${JSON.stringify(each.resource)} stands there twice`)
    const scope = parseScope(each.scopes.length === 0 ? undefined : each.scopes.join(' '))
    if (!scope.ok) return refuse(`resources: the scopes of ${JSON.stringify(each.resource)} are malformed`)
    const tokenFormat = each.tokenFormat ?? 'jwt'
    const lifetime = each.accessTokenLifetime ?? (tokenFormat === 'jwt' ? 600 : 3600)
    if (!isWhole(lifetime, development ? 1 : 60, 86_400))
      return refuse(`resources: accessTokenLifetime of ${JSON.stringify(each.resource)} is 60 to 86400 seconds`)
    const fault = findSigningFault(each, profile)
    if (fault !== undefined) return refuse(`resources: signingAlgorithm of ${JSON.stringify(each.resource)}: ${fault}`)
    resources.set(each.resource as ResourceId, {
      id: each.resource as ResourceId,
      scope: [...scope.value, ...common].filter((name) => !reserved.includes(name)) as readonly string[] as Scope,
      tokenFormat,
      accessTokenLifetime: seconds(lifetime),
      signingAlgorithm: each.signingAlgorithm ?? signingAlgorithm,
    })
  }

  return accept(resources)
}

function findSigningFault({ tokenFormat, signingAlgorithm }: ResourceOptions, profile: Profile): string | undefined {
  if (signingAlgorithm === undefined) return undefined

  return tokenFormat === 'opaque' ? 'an opaque token is not signed' : findAlgorithmFault(signingAlgorithm, profile)
}
