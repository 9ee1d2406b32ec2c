import type { CatalogueEntry } from './entry.ts'

/** Who is signed in, and what they said. */
export const personErrors = {
  registration_unsupported: {
    id: 'HF-AUTHZ-0165',
    code: 'registration_not_supported',
    description: 'the registration parameter is not supported',
  },
  consent_refused: { id: 'HF-AUTHZ-0140', code: 'access_denied', description: 'the resource owner refused' },
  dpop_jkt_malformed: {
    id: 'HF-AUTHZ-0170',
    code: 'invalid_request',
    description: 'dpop_jkt must be the SHA-256 thumbprint of a key, 43 base64url characters',
  },
  sign_in_required: {
    id: 'HF-AUTHZ-0160',
    code: 'login_required',
    description: 'prompt is none, but the person must sign in',
  },
  consent_required: {
    id: 'HF-AUTHZ-0160',
    code: 'consent_required',
    description: 'prompt is none, but the person must be asked',
  },
  claims_malformed: {
    id: 'HF-AUTHZ-0161',
    code: 'invalid_request',
    description: 'claims must be a JSON object of wishes for id_token and userinfo, about one person',
  },
  hint_invalid: {
    id: 'HF-AUTHZ-0162',
    code: 'invalid_request',
    description: 'id_token_hint is no ID token of this server for this client, or contradicts claims',
  },
  another_person: {
    id: 'HF-AUTHZ-0163',
    code: 'login_required',
    description: 'another person is signed in than the request is about',
  },
  acr_unmet: {
    id: 'HF-AUTHZ-0164',
    code: 'unmet_authentication_requirements',
    description: 'no sign-in here reaches the essential acr',
  },
} as const satisfies Record<string, CatalogueEntry>
