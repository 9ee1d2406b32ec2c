/** Signs JWTs with the key that is active now. */
export interface Signer {
  /** A compact JWS of `claims`; `typ` names the kind of token (RFC 8725 section 3.11). */
  sign(claims: Readonly<Record<string, unknown>>, typ: string): Promise<string>
  /** The claims of a JWT this server signed, of the kind `typ`, with a key that is still published; else `undefined`. Times are not checked. */
  verify(jwt: string, typ: string): Promise<Readonly<Record<string, unknown>> | undefined>
  /** The published keys as a JWK Set, never with a private member. */
  jwks(): { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly algorithms: readonly string[]
}
