/** `count` octets from a cryptographically secure source (OAuth 2.1 section 7.7). */
export type Random = (count: number) => Uint8Array
