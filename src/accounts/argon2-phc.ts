/** An argon2id hash with everything that is needed to compute it again. */
export interface Argon2Hash {
  /** Kibibytes. */
  readonly memory: number
  readonly passes: number
  readonly lanes: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** At most 256 MiB, 16 passes and 16 lanes: what is imported cannot make a sign-in cost what it likes. */
const most = { memory: 262_144, passes: 16, lanes: 16 }

/**
 * Reads the PHC string of an argon2id hash, version 1.3, as this server, `@node-rs/argon2` and libsodium write it.
 * `undefined` for other algorithms, other text and costs beyond our bounds.
 *
 * @see https://github.com/P-H-C/phc-string-format, RFC 9106 section 3.1
 */
export function parseArgon2Hash(text: string): Argon2Hash | undefined {
  const parts = phc.exec(text)
  if (parts === null) return undefined
  const [memory, passes, lanes] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const within = memory <= most.memory && passes <= most.passes && lanes <= most.lanes
  if (!within || passes < 1 || lanes < 1 || memory < 8 * lanes) return undefined

  return { memory, passes, lanes, salt: Buffer.from(parts[4]!, 'base64'), hash: Buffer.from(parts[5]!, 'base64') }
}

export function formatArgon2Hash({ memory, passes, lanes, salt, hash }: Argon2Hash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${toBase64(salt)}$${toBase64(hash)}`
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')
