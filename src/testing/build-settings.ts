import { instant, seconds } from '../base/time.ts'
import type { Resource, ResourceId, ScopeText } from '../protocol/resource.ts'
import { defaultPaths, profileFeatures } from '../protocol/settings.ts'
import type { Settings } from '../protocol/settings.ts'
import { orderApi, scopeOf } from './build.ts'

/** An API whose tokens are JWTs and live for ten minutes. */
export const aResource = (given: Partial<Resource> = {}): Resource => ({
  id: orderApi,
  scope: scopeOf('orders.read'),
  tokenFormat: 'jwt',
  accessTokenLifetime: seconds(600),
  signingAlgorithm: 'ES256',
  ...given,
})

/** A server for these resources, whose scopes are titled with their names. */
export function aSettings(resources: readonly Resource[] = [aResource()], given: Partial<Settings> = {}): Settings {
  const names = [...new Set(resources.flatMap((each) => each.scope))]

  return {
    issuer: 'https://as.example',
    basePath: '',
    development: false,
    profile: 'oauth21',
    productName: 'Hufu',
    resources: new Map(resources.map((each) => [each.id, each])),
    ownResource: aResource({
      id: 'https://as.example' as ResourceId,
      scope: scopeOf(resources.length === 0 ? names.join(' ') : ''),
    }),
    scopes: new Map(names.map((name) => [name, aScopeText(name)])),
    signingAlgorithm: 'ES256',
    codeLifetime: seconds(60),
    sessionLifetime: seconds(12 * 3600),
    transactionLifetime: seconds(3600),
    auditRetention: seconds(400 * 86_400),
    pushedRequestLifetime: seconds(120),
    authorizationDetailTypes: new Map(),
    paths: defaultPaths,
    features: profileFeatures.oauth21,
    trustedIssuers: new Map(),
    proofNonces: false,
    validAfter: instant(0),
    restoredAt: instant(0),
    registration: {
      scopes: names,
      authorizationDetailTypes: [],
      firstUseWithin: seconds(86_400),
      unusedFor: seconds(30 * 86_400),
      maxClients: 10_000,
      allowedHosts: undefined,
      deniedHosts: [],
      localhostAnyPort: false,
      allScopes: false,
      softwareStatements: [],
    },
    ...given,
  }
}

const aScopeText = (name: string): ScopeText => ({
  name,
  title: { en: name, 'zh-CN': name },
  description: { en: '', 'zh-CN': '' },
  access: 'read',
  optional: false,
})
