import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { FetchDocument } from '../ports/fetch-document.ts'
import type { Client } from '../protocol/client.ts'

/**
 * Checks that the document of a client's sector lists all of its redirect URIs, so that nobody joins the sector of
 * somebody else. Asked when the client is registered; a client without such a document passes.
 *
 * @see OpenID Connect Core 1.0 section 8.1, Registration 1.0 section 5
 */
export async function checkSector(
  { identity, redirectUris }: Client,
  fetchDocument: FetchDocument,
): Promise<Result<undefined, string>> {
  const { sectorIdentifierUri } = identity
  if (sectorIdentifierUri === undefined) return accept(undefined)
  const fetched = await fetchDocument(sectorIdentifierUri)
  if (!fetched.ok) return refuse('sector_identifier_uri: the document cannot be had')
  const listed = parseList(fetched.value.bytes)
  if (listed === undefined) return refuse('sector_identifier_uri: the document is no array of addresses')

  return redirectUris.every((each) => listed.includes(each))
    ? accept(undefined)
    : refuse('sector_identifier_uri: the document lacks a redirect URI of this client')
}

function parseList(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString())

    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
