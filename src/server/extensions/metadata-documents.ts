import type { Extension } from './extension.ts'

/**
 * Clients whose id is the address of a document about them. The finder of clients reads these; here it is said that it
 * does.
 *
 * @see draft-ietf-oauth-client-id-metadata-document section 6
 */
export const metadataDocuments: Extension = {
  isOn: ({ features }) => features.clientIdMetadataDocuments,
  describe: () => ({ client_id_metadata_document_supported: true }),
}
