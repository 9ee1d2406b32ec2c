import type { Result } from '../base/result.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import type { Instant } from '../base/time.ts'
import type { Client, ClientKey } from './client.ts'
import type { Profile } from './settings.ts'

/** What the server knows when somebody registers a client. */
export interface RegistrationContext {
  /** The scopes that a client of this provenance may be given. */
  readonly scopes: readonly string[]
  /** It is given them all, whichever it names. */
  readonly allScopes?: boolean
  readonly resources: readonly string[]
  /** Types of `authorization_details` there are. @default none */
  readonly detailTypes?: readonly string[]
  /** Grants besides the built-in ones; clients of an operator may have them. */
  readonly furtherGrants?: readonly string[]
  /** What this server signs with. @default all there are */
  readonly signingAlgorithms?: readonly SignatureAlgorithm[]
  readonly now: Instant
  /** Of the server: its rules hold for every client. @default 'oauth21' */
  readonly profile?: Profile
  /** Who speaks. Only an operator may say `hufu_…` members, choose a secret, or have client credentials. */
  readonly provenance: Client['provenance']
  /** Secrets of any length and `http` addresses on loopback. */
  readonly development: boolean
  /** `count` octets from a secure source. */
  readonly random: (count: number) => Uint8Array
  /** Makes a secret of 256 random bits. Without it a client that needs a secret must bring one. */
  readonly makeSecret?: (() => string) | undefined
  /** Checks a public JWK and says what it is for; the error is a sentence. */
  readonly parseKey: (jwk: Readonly<Record<string, unknown>>) => Result<ClientKey, string>
}
