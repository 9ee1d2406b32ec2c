import type { CatalogueEntry } from './entry.ts'

/** Signing out for an app. */
export const signOutErrors = {
  logout_unreadable: {
    id: 'HF-LOGOUT-0801',
    code: 'invalid_request',
    description: 'the request to sign out cannot be read: a parameter came twice, is too long or malformed',
  },
  logout_hint_invalid: {
    id: 'HF-LOGOUT-0802',
    code: 'invalid_request',
    description: 'id_token_hint is not an ID token of this server, or its key is no longer published',
  },
  logout_client_unknown: {
    id: 'HF-LOGOUT-0803',
    code: 'invalid_request',
    description: 'the client of the request is not known here',
  },
  logout_client_differs: {
    id: 'HF-LOGOUT-0803',
    code: 'invalid_request',
    description: 'client_id is not the client that id_token_hint was issued to',
  },
  logout_uri_unregistered: {
    id: 'HF-LOGOUT-0804',
    code: 'invalid_request',
    description: 'post_logout_redirect_uri is not registered for this client',
  },
} as const satisfies Record<string, CatalogueEntry>
