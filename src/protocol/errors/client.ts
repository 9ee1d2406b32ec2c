import type { CatalogueEntry } from './entry.ts'

/** About clients: who they are, how they register, how often they may. */
export const clientErrors = {
  client_host_refused: {
    id: 'HF-REG-0410',
    code: 'invalid_request',
    description: 'metadata documents of this host are not accepted here',
  },
  client_id_missing: {
    id: 'HF-CLIENT-0302',
    code: 'invalid_request',
    description: 'client_id or client authentication is required',
  },
  client_methods_several: {
    id: 'HF-CLIENT-0303',
    code: 'invalid_request',
    description: 'use one client authentication method only',
  },
  client_authentication_missing: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
  },
  client_authentication_malformed: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
  },
  client_unknown: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_off: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_outside_profile: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_method_wrong: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_secret_wrong: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_assertion_invalid: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
  },
  client_assertion_replayed: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
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
  throttled: {
    id: 'HF-LIMIT-0601',
    code: 'temporarily_unavailable',
    description: 'too many failed attempts, try again later',
  },
  pushed_too_often: {
    id: 'HF-LIMIT-0602',
    code: 'temporarily_unavailable',
    description: 'too many requests were pushed, try again later',
  },
  devices_too_many: {
    id: 'HF-LIMIT-0603',
    code: 'temporarily_unavailable',
    description: 'too many devices have begun, try again later',
  },
  requests_waiting: {
    id: 'HF-LIMIT-0604',
    code: 'temporarily_unavailable',
    description: 'too many authorization requests wait already, try again later',
  },
  fault: { id: 'HF-LIMIT-0690', code: 'server_error', description: 'the server failed, nothing was changed' },
  unavailable: {
    id: 'HF-LIMIT-0691',
    code: 'temporarily_unavailable',
    description: 'the server cannot answer now, try again later',
  },
} as const satisfies Record<string, CatalogueEntry>
