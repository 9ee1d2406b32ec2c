import { fapiAlgorithms } from '../base/signature-algorithm.ts'
import { seconds } from '../base/time.ts'
import type { Client } from './client.ts'
import type { Profile, Settings } from './settings.ts'

/*
 * What a profile demands beyond OAuth 2.1, all in one place. `oauth21` and `mcp` demand nothing: they only choose what is
 * on. `fapi2` is the FAPI 2.0 Security Profile: its rules hold for the settings at start, for a client when it is
 * saved, and again when it is used, since a registration may be older than the profile.
 */

type Rule<Subject> = readonly [demands: string, isKept: (subject: Subject) => boolean]

type Choices = Pick<Settings, 'profile' | 'features' | 'codeLifetime' | 'trustedIssuers'>

const fapiSettings: readonly Rule<Choices>[] = [
  // Section 5.3.2.2: requests are pushed by clients that authenticate.
  ['features.pushedRequests: must be required', ({ features }) => features.pushedRequests === 'required'],
  // Section 5.3.2.1: only sender-constrained tokens.
  ['features.dpop: must be required', ({ features }) => features.dpop === 'required'],
  // Nobody becomes a client here whom the operator does not know.
  ['features.registration: must not be open', ({ features }) => features.registration !== 'open'],
  ['features.clientIdMetadataDocuments: must be off', ({ features }) => !features.clientIdMetadataDocuments],
  // Section 5.3.2.1.
  ['codeLifetime: must be at most 60 seconds', ({ codeLifetime }) => codeLifetime <= seconds(60)],
  [
    'trustedIssuers: publicClients must be off',
    ({ trustedIssuers }) => [...trustedIssuers.values()].every((each) => !each.publicClients),
  ],
]

const isFapiAlgorithm = (alg: string | undefined) => fapiAlgorithms.some((each) => each === alg)

const fapiClient: readonly Rule<Client>[] = [
  // Section 5.3.2.1. Client certificates would be the other way.
  ['token_endpoint_auth_method: must be private_key_jwt', ({ authMethod }) => authMethod === 'private_key_jwt'],
  // Section 5.4.1.
  [
    `token_endpoint_auth_signing_alg: must be of ${fapiAlgorithms.join(', ')}`,
    ({ assertionAlg }) => assertionAlg === undefined || isFapiAlgorithm(assertionAlg),
  ],
  [
    `jwks: must hold a key for one of ${fapiAlgorithms.join(', ')}`,
    ({ keys, jwksUri }) => jwksUri !== undefined || keys.some(({ alg }) => isFapiAlgorithm(alg)),
  ],
  // Section 5.3.2.2: http for an app on the device alone.
  [
    'redirect_uris: must be https',
    ({ redirectUris, kind }) => kind === 'native' || redirectUris.every((each) => !each.startsWith('http:')),
  ],
  ['hufu_pkce_exempt_until: must be left out', ({ pkceExemptUntil }) => pkceExemptUntil === undefined],
]

/** The first rule of the profile that these settings break, as a sentence that begins with the setting. */
export const findSettingsFault = (settings: Choices): string | undefined =>
  settings.profile === 'fapi2' ? brokenBy(settings, fapiSettings) : undefined

/**
 * The first rule of the profile that this client breaks, as a sentence that begins with the member of its metadata.
 * An API that only introspects gets no tokens and is no client in the sense of FAPI.
 */
export const findClientFault = (client: Client, profile: Profile): string | undefined =>
  profile === 'fapi2' && client.grantTypes.length > 0 ? brokenBy(client, fapiClient) : undefined

/**
 * True if a used refresh token is replaced (requirements R6). FAPI 2.0 forbids it (section 5.3.2.1): there the token is
 * of use only to a client that proves itself, and a lost answer costs nobody the access. Elsewhere a client whose tokens
 * are bound to its key may be registered so.
 */
export const rotatesRefreshTokens = (client: Client, { profile }: Pick<Settings, 'profile'>): boolean =>
  !(client.type === 'confidential' && (profile === 'fapi2' || client.lifetimes.refreshKept))

/** True if a pushed request names its redirect URI, though only one is registered (FAPI 2.0 section 5.3.2.2). */
export const mustNameRedirectUri = ({ profile }: Pick<Settings, 'profile'>): boolean => profile === 'fapi2'

function brokenBy<Subject>(subject: Subject, rules: readonly Rule<Subject>[]): string | undefined {
  const broken = rules.find(([, isKept]) => !isKept(subject))

  return broken === undefined ? undefined : `${broken[0]} with the profile fapi2`
}
