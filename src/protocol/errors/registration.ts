import type { CatalogueEntry } from './entry.ts'

/** Clients that make themselves known. */
export const registrationErrors = {
  client_host_refused: {
    id: 'HF-REG-0410',
    code: 'invalid_request',
    description: 'metadata documents of this host are not accepted here',
  },
  body_not_json: {
    id: 'HF-REG-0401',
    code: 'invalid_client_metadata',
    description: 'the body must be a JSON object in UTF-8, sent as application/json',
  },
  body_too_large: { id: 'HF-REG-0401', code: 'invalid_client_metadata', description: 'the body is too large' },
  registered_redirect_refused: {
    id: 'HF-REG-0402',
    code: 'invalid_redirect_uri',
    description: 'a redirect URI is not acceptable',
  },
  metadata_refused: {
    id: 'HF-REG-0403',
    code: 'invalid_client_metadata',
    description: 'the client metadata are not acceptable',
  },
  name_taken: {
    id: 'HF-REG-0404',
    code: 'invalid_client_metadata',
    description: 'client_name: looks like the name of another app, choose one of your own',
  },
  software_statement_invalid: {
    id: 'HF-REG-0405',
    code: 'invalid_software_statement',
    description: 'the software statement is not valid',
  },
  software_statement_unapproved: {
    id: 'HF-REG-0406',
    code: 'unapproved_software_statement',
    description: 'software statements of this issuer are not accepted here',
  },
  initial_token_invalid: {
    id: 'HF-REG-0407',
    code: 'invalid_token',
    description: 'registering needs a valid initial access token',
  },
  registration_token_invalid: {
    id: 'HF-REG-0408',
    code: 'invalid_token',
    description: 'the registration access token is not valid here',
  },
  registration_disabled: {
    id: 'HF-REG-0409',
    code: 'access_denied',
    description: 'the client was disabled by the operator',
  },
  registrations_throttled: {
    id: 'HF-REG-0411',
    code: 'temporarily_unavailable',
    description: 'too many new clients, try again later',
  },
  changes_throttled: {
    id: 'HF-REG-0411',
    code: 'temporarily_unavailable',
    description: 'too many changes of this registration, try again later',
  },
  registrations_full: {
    id: 'HF-REG-0411',
    code: 'temporarily_unavailable',
    description: 'there are too many clients already, try again later',
  },
} as const satisfies Record<string, CatalogueEntry>
