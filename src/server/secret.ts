import { hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, open, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64Url, toBase64Url, toHex } from '../base/encoding.ts'

const secretBytes = 32
const maxFileBytes = 4096
const fileName = 'secret.key'

/** The file of the secret cannot be used as it is. The message says why and what to do. */
export class SecretRefused extends Error {
  override readonly name = 'SecretRefused'
}

/** Where {@link loadOrCreateSecret} keeps the secret of a data folder. */
export const secretFile = (folder: string) => join(folder, fileName)

/**
 * The half of every secret that is outside the database: 32 random octets in base64url, in `secret.key` of the data
 * folder, readable by its owner alone. Made at the first call; of any number of processes that make it at once all get
 * the same. Nothing opens the database's keys without it, so it belongs into a backup of its own.
 *
 * Rejects with {@link SecretRefused} if the file is readable by others, cannot be read, is too short or not random.
 */
export async function loadOrCreateSecret(folder: string): Promise<string> {
  const file = secretFile(folder)
  try {
    return (await readSecret(file)) ?? (await createSecret(folder, file)) ?? (await readSecret(file)) ?? gone(file)
  } catch (error) {
    if (error instanceof SecretRefused) throw error
    throw new SecretRefused(`${file} cannot be read or made: ${(error as Error).message}`, { cause: error })
  }
}

/** A key for one use, from the server's secret; keys of other labels say nothing about it (RFC 5869). */
export const deriveKey = (
  secret: Uint8Array,
  label: 'refresh tokens' | 'forms' | 'user codes' | 'proof nonces' | 'pairwise subjects' | 'audit seals',
): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, '', `hufu ${label}`, 32))

async function readSecret(file: string): Promise<string | undefined> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    // Of the opened file, not of its name: nobody can change it between looking and reading.
    const { mode, size } = await handle.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new SecretRefused(`${file} can be read or changed by others. To fix: chmod 600 ${file}`)
    if (size > maxFileBytes) throw new SecretRefused(`${file} is no secret of Hufu: it is too large`)
    const secret = (await handle.readFile('utf8')).trim()
    const bytes = fromBase64Url(secret)
    if (bytes === undefined || bytes.length < secretBytes)
      throw new SecretRefused(
        `${file} must hold at least ${secretBytes} random octets in base64url. To fix: restore it from a backup, or, ` +
          'if there is no database yet, remove it, and a new one is made',
      )
    if (new Set(bytes).size < 12)
      throw new SecretRefused(`${file} is not random. To fix: remove it, and a new one is made`)

    return secret
  } finally {
    await handle.close()
  }
}

/** `undefined` if another process was faster. The name appears only with the whole, synced content behind it. */
async function createSecret(folder: string, file: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const secret = toBase64Url(randomBytes(secretBytes))
  const draft = `${file}.${toHex(randomBytes(8))}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${secret}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  } finally {
    await unlink(draft)
  }
  await syncFolder(folder)

  return secret
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no handle on a folder, and needs none.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function gone(file: string): never {
  throw new SecretRefused(`${file} was removed while it was read`)
}
