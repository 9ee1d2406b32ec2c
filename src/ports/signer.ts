import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'

/** Signs JWTs with the keys that are active now. */
export interface Signer {
  /**
   * A compact JWS of `claims`; `typ` names the kind of token (RFC 8725 section 3.11). `alg` is one of `algorithms`, the
   * first unless told otherwise; asking for another is a fault of ours and rejects.
   */
  sign(claims: Readonly<Record<string, unknown>>, typ: string, alg?: SignatureAlgorithm): Promise<string>
  /** The claims of a JWT this server signed, of the kind `typ`, with a key that is still published; else `undefined`. Times are not checked. */
  verify(jwt: string, typ: string): Promise<Readonly<Record<string, unknown>> | undefined>
  /** The published keys as a JWK Set, of all algorithms, each with a name of its own and never with a private member. */
  jwks(): { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** What it can sign with, the default first. */
  readonly algorithms: readonly SignatureAlgorithm[]
}
