import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { seconds } from '../base/time.ts'
import { parseKeySet } from '../jose/jwk.ts'
import type { ScopeText } from '../protocol/resource.ts'
import type { RegistrationSettings } from '../protocol/registration-settings.ts'

/** What an operator decides about clients that make themselves known. Defaults stand with `RegistrationSettings`. */
export interface RegistrationOptions {
  readonly scopes?: readonly string[]
  readonly authorizationDetailTypes?: readonly string[]
  /** Seconds, 60 to 2_592_000. */
  readonly firstUseWithin?: number
  /** Seconds, 86_400 to 31_622_400 (366 days). */
  readonly unusedFor?: number
  /** 1 to 1_000_000. */
  readonly maxClients?: number
  readonly allowedHosts?: readonly string[]
  readonly deniedHosts?: readonly string[]
  readonly localhostAnyPort?: boolean
  readonly allScopes?: boolean
  readonly softwareStatements?: RegistrationSettings['softwareStatements']
}

const bounds = {
  firstUseWithin: [60, 30 * 86_400, 86_400],
  unusedFor: [86_400, 366 * 86_400, 30 * 86_400],
  maxClients: [1, 1_000_000, 10_000],
} as const

/** What a server has that such clients may be given, and whether numbers may be as small as 1. */
interface Known {
  readonly scopes: ReadonlyMap<string, ScopeText>
  readonly detailTypes: readonly string[]
  readonly development: boolean
}

export function parseRegistration(
  options: RegistrationOptions,
  { scopes: known, detailTypes, development }: Known,
): Result<RegistrationSettings, string> {
  const harmless = [...known.values()].filter(({ access }) => access === 'read' || access === 'write')
  const scopes = options.scopes ?? harmless.map(({ name }) => name)
  const unknown = scopes.find((each) => !known.has(each))
  if (unknown !== undefined)
    return refuse(`registration.scopes: ${JSON.stringify(unknown)} is not a scope of this server`)
  const types = options.authorizationDetailTypes ?? []
  if (!types.every((each) => detailTypes.includes(each)))
    return refuse('registration.authorizationDetailTypes: a type is not one of this server')
  for (const [name, [least, most]] of Object.entries(bounds)) {
    const value = options[name as keyof typeof bounds]
    const from = development ? 1 : least
    if (value !== undefined && !(Number.isInteger(value) && value >= from && value <= most))
      return refuse(`registration.${name}: a whole number from ${from} to ${most}`)
  }
  for (const name of ['allowedHosts', 'deniedHosts'] as const) {
    const bad = options[name]?.find((host) => !isHost(host))
    if (bad !== undefined)
      return refuse(`registration.${name}: ${JSON.stringify(bad)} is not a host, nor one with a dot in front`)
  }
  for (const { issuer, jwks } of options.softwareStatements ?? []) {
    const keys = parseKeySet(jwks, { maxKeys: 20, unusable: 'refuse' })
    if (!keys.ok) return refuse(`registration.softwareStatements: ${JSON.stringify(issuer)}: ${keys.error}`)
  }

  return accept({
    scopes,
    authorizationDetailTypes: types,
    firstUseWithin: seconds(options.firstUseWithin ?? bounds.firstUseWithin[2]),
    unusedFor: seconds(options.unusedFor ?? bounds.unusedFor[2]),
    maxClients: options.maxClients ?? bounds.maxClients[2],
    allowedHosts: options.allowedHosts,
    deniedHosts: options.deniedHosts ?? [],
    localhostAnyPort: options.localhostAnyPort ?? false,
    allScopes: options.allScopes ?? false,
    softwareStatements: options.softwareStatements ?? [],
  })
}

/** As a URL writes it: lower case, with the port if it is not the usual one. */
const isHost = (text: string) =>
  /^\.?[a-z0-9]/.test(text) && URL.parse(`https://${text.replace(/^\./, '')}/`)?.host === text.replace(/^\./, '')
