import type { Seconds } from '../base/time.ts'

/** What an operator decides about clients that make themselves known, by registering or by a document. */
export interface RegistrationSettings {
  /** What they may ask for. @default the scopes that read or write, not those that delete or move money */
  readonly scopes: readonly string[]
  /** The types of `authorization_details` they may ask for (RFC 9396). @default none, since most are about money */
  readonly authorizationDetailTypes: readonly string[]
  /** A client that was not used so soon is removed. @default 86_400 */
  readonly firstUseWithin: Seconds
  /** A client that was not used for so long is removed, if nothing it was given is alive. @default 2_592_000 (30 days) */
  readonly unusedFor: Seconds
  /** There are never more of them. @default 10_000 */
  readonly maxClients: number
  /** The hosts whose documents are read; `.example` stands for all below. @default every host */
  readonly allowedHosts: readonly string[] | undefined
  /** Hosts whose documents are never read. @default none */
  readonly deniedHosts: readonly string[]
  /** A port may differ from the document's on `http://localhost` too (requirements R8). @default true for the profile `mcp` */
  readonly localhostAnyPort: boolean
  /**
   * A client that registers for some of {@link scopes} gets them all, and is told so. Clients of MCP register for what
   * the first challenge names, and ask for more when a tool needs it: without this they could never have it. What a
   * client gets is for the person to say, at each request. @default true for the profile `mcp`
   */
  readonly allScopes: boolean
  /** Whose statements about software are believed (RFC 7591 section 2.3). @default nobody's */
  readonly softwareStatements: readonly StatementIssuer[]
}

export interface StatementIssuer {
  /** The `iss` of its statements. */
  readonly issuer: string
  /** Its public keys, a JWK Set. */
  readonly jwks: Readonly<Record<string, unknown>>
}
