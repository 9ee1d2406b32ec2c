import { parseJsonObject, type JsonObject } from '../base/strict-json.ts'

/** Waiting for the authorization server ends here, in milliseconds. */
export const timeoutMs = 5000
/** Bytes of an answer that are read at most. */
export const maxAnswerBytes = 256 * 1024

/**
 * Asks the authorization server for one JSON object. `undefined` for everything else: no connection, a redirect,
 * which is never followed, a status other than 200, too many bytes, too slow, not JSON.
 */
export async function fetchJson(
  send: typeof fetch,
  url: string,
  init: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<JsonObject | undefined> {
  try {
    const response = await send(url, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const bytes = await readBytes(response)
    const parsed = response.status === 200 && bytes !== undefined ? parseJsonObject(bytes) : undefined

    return parsed?.ok === true ? parsed.value : undefined
  } catch {
    return undefined
  }
}

async function readBytes(response: Response): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader()
  if (reader === undefined) return undefined

  const chunks: Uint8Array[] = []
  let length = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.byteLength
    if (length > maxAnswerBytes) {
      await reader.cancel()
      return undefined
    }
    chunks.push(read.value)
  }
  return Buffer.concat(chunks)
}
