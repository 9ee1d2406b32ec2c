import type { Extension } from './extension.ts'

/**
 * Requests that say in detail what they are for (RFC 9396). What reads them is part of the endpoints and grants; without
 * a type in the settings there is none that could be asked for.
 */
export const authorizationDetails: Extension = {
  isOn: ({ authorizationDetailTypes }) => authorizationDetailTypes.size > 0,
  describe: ({ settings }) => ({
    authorization_details_types_supported: [...settings.authorizationDetailTypes.keys()],
  }),
}
