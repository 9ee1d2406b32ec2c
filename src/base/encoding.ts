/** Bytes as unpadded base64url (RFC 4648 section 5). */
export const toBase64Url = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')

/**
 * Reads canonical, unpadded base64url: one text for each sequence of bytes. Padding, the standard alphabet,
 * white space and set trailing bits give `undefined` (attack rows CD-11, JW-14).
 */
export function fromBase64Url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url')

  return bytes.toString('base64url') === text ? bytes : undefined
}

export const toHex = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

export const fromHex = (text: string) => Buffer.from(text, 'hex')
