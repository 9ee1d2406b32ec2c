import { createCipheriv, createDecipheriv, createPrivateKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import { fromBase64Url, toBase64Url } from '../base/encoding.ts'

const version = 1
const nonceLength = 12
const tagLength = 16

/** The key under which private signing keys are encrypted, from the server secret (RFC 5869). */
export const deriveSealingKey = (secret: Uint8Array) =>
  new Uint8Array(hkdfSync('sha256', secret, '', 'sealing signing keys', 32))

/**
 * Encrypts a private key with AES-256-GCM. `label` (its kid and algorithm) is bound to it, so that rows of a store
 * cannot be exchanged. A few dozen keys are ever sealed under one sealing key, so random nonces do not meet.
 */
export function seal(privateKey: KeyObject, label: string, sealingKey: Uint8Array): string {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce)
  cipher.setAAD(Buffer.from(label))
  const plain = privateKey.export({ format: 'der', type: 'pkcs8' })
  const sealed = Buffer.concat([Buffer.of(version), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  plain.fill(0)

  return toBase64Url(sealed)
}

/** The private key, or `undefined` if it was sealed under another key or label, or was changed since. */
export function unseal(sealed: string, label: string, sealingKey: Uint8Array): KeyObject | undefined {
  const bytes = fromBase64Url(sealed)
  if (bytes === undefined || bytes[0] !== version || bytes.length <= 1 + nonceLength + tagLength) return undefined

  const nonce = bytes.subarray(1, 1 + nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(label))
  decipher.setAuthTag(bytes.subarray(-tagLength))
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(1 + nonceLength, -tagLength)), decipher.final()])
    const key = createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' })
    opened.fill(0)

    return key
  } catch {
    return undefined
  }
}
