import { hash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { fromBase64Url, toBase64Url } from '../base/encoding.ts'

/*
 * What Hufu hands out: a prefix that names the kind, then base64url of
 *   authorization code, device code, opaque access token   id 16 | secret 32 | crc32 4
 *   tokens of registration (RFC 7591, 7592)                likewise
 *   refresh token                                          id 16 | generation 4 | secret 32 | crc32 4
 * The id finds the row by a key that rises with time, the secret proves the holder, the checksum lets a scanner tell
 * a leaked token from noise (attack row LG-07). One text is valid for one credential: whatever does not round-trip
 * is refused (CD-11), and no kind passes for another (CD-07).
 */
const prefixes = {
  code: 'hac_',
  device_code: 'hdc_',
  access_token: 'hat_',
  refresh_token: 'hrt_',
  initial_access_token: 'hia_',
  registration_access_token: 'hra_',
} as const

export type CredentialKind = keyof typeof prefixes

export interface Credential {
  /** 32 hexadecimal digits. */
  readonly id: string
  /** Of a refresh token; 0 for the others. */
  readonly generation: number
  readonly secret: Uint8Array
}

const idBytes = 16
const secretBytes = 32

/** The most characters any credential has; longer text is not looked at. */
export const maxCredentialLength = 4 + Math.ceil(((idBytes + 4 + secretBytes + 4) * 4) / 3)

export function formatCredential(kind: CredentialKind, credential: Credential): string {
  const counted = kind === 'refresh_token' ? 4 : 0
  const bytes = Buffer.allocUnsafe(idBytes + counted + secretBytes + 4)
  bytes.write(credential.id, 0, 'hex')
  if (counted > 0) bytes.writeUInt32BE(credential.generation, idBytes)
  bytes.set(credential.secret, idBytes + counted)
  bytes.writeUInt32BE(checksum(kind, bytes.subarray(0, -4)), bytes.length - 4)

  return prefixes[kind] + toBase64Url(bytes)
}

/** Reads a credential of this kind, or gives `undefined`: nothing else about bad text is worth knowing. */
export function parseCredential(kind: CredentialKind, text: string): Credential | undefined {
  if (!text.startsWith(prefixes[kind]) || text.length > maxCredentialLength) return undefined
  const counted = kind === 'refresh_token' ? 4 : 0
  const bytes = fromBase64Url(text.slice(prefixes[kind].length)) as Buffer | undefined
  if (bytes?.length !== idBytes + counted + secretBytes + 4) return undefined
  if (bytes.readUInt32BE(bytes.length - 4) !== checksum(kind, bytes.subarray(0, -4))) return undefined

  return {
    id: bytes.toString('hex', 0, idBytes),
    generation: counted > 0 ? bytes.readUInt32BE(idBytes) : 0,
    secret: bytes.subarray(idBytes + counted, -4),
  }
}

/** What is stored of a secret of 256 random bits: SHA-256, lower-case hexadecimal (DECISIONS 16). */
export const hashSecret = (secret: Uint8Array | string) => hash('sha256', secret, 'hex')

/** Compares in constant time; texts of other lengths are simply not equal. */
export function isSameSecret(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]

  return one.length === other.length && timingSafeEqual(one, other)
}

const checksum = (kind: CredentialKind, bytes: Uint8Array) => crc32(bytes, crc32(prefixes[kind]))
