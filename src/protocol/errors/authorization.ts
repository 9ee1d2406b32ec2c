import type { CatalogueEntry } from './entry.ts'

/** Who asks, and where the answer may go. */
export const authorizationErrors = {
  client_id_unknown: {
    id: 'HF-AUTHZ-0101',
    code: 'invalid_request',
    description: 'client_id is missing or not known here',
  },
  client_disabled: {
    id: 'HF-AUTHZ-0101',
    code: 'invalid_request',
    description: 'client_id is missing or not known here',
  },
  client_document_unreachable: {
    id: 'HF-AUTHZ-0102',
    code: 'invalid_request',
    description: 'the metadata document of the client cannot be had',
  },
  client_document_refused: {
    id: 'HF-AUTHZ-0103',
    code: 'invalid_request',
    description: 'the metadata document of the client is not acceptable',
  },
  redirect_uri_unregistered: {
    id: 'HF-AUTHZ-0104',
    code: 'invalid_request',
    description: 'redirect_uri is not registered for this client',
  },
  redirect_uri_missing: {
    id: 'HF-AUTHZ-0105',
    code: 'invalid_request',
    description: 'redirect_uri is required: several are registered',
  },
  client_unfit: {
    id: 'HF-AUTHZ-0109',
    code: 'unauthorized_client',
    description: 'the registration of this client does not fit the profile of this server',
  },
  redirect_uri_unnamed: {
    id: 'HF-AUTHZ-0105',
    code: 'invalid_request',
    description: 'redirect_uri is required in every pushed request',
  },
  request_uri_unknown: {
    id: 'HF-AUTHZ-0106',
    code: 'invalid_request_uri',
    description: 'the request_uri is not known here, has expired, or was used',
  },
  request_uri_expired: {
    id: 'HF-AUTHZ-0106',
    code: 'invalid_request_uri',
    description: 'the request_uri is not known here, has expired, or was used',
  },
  request_uri_of_another_client: {
    id: 'HF-AUTHZ-0106',
    code: 'invalid_request_uri',
    description: 'the request_uri is not known here, has expired, or was used',
  },
  push_missing: {
    id: 'HF-AUTHZ-0107',
    code: 'invalid_request',
    description: 'the request must be pushed, and request_uri sent in its place',
  },
  request_uri_pushed: {
    id: 'HF-AUTHZ-0108',
    code: 'invalid_request',
    description: 'request_uri cannot be part of a pushed request',
  },
  redirect_uri_omitted: {
    id: 'HF-AUTHZ-0105',
    code: 'invalid_request',
    description: 'redirect_uri is required with the scope openid',
  },
} as const satisfies Record<string, CatalogueEntry>
