import type { CatalogueEntry } from './entry.ts'

/** Devices without a browser. */
export const deviceErrors = {
  device_pending: {
    id: 'HF-DEVICE-0401',
    code: 'authorization_pending',
    description: 'nobody has decided yet, ask again after the interval',
  },
  device_polled_too_soon: {
    id: 'HF-DEVICE-0402',
    code: 'slow_down',
    description: 'asked too soon: from now on wait 5 seconds longer each time',
  },
  device_code_expired: {
    id: 'HF-DEVICE-0403',
    code: 'expired_token',
    description: 'the device code has expired, begin anew',
  },
  device_refused: { id: 'HF-DEVICE-0404', code: 'access_denied', description: 'the person refused' },
  device_code_missing: { id: 'HF-DEVICE-0405', code: 'invalid_request', description: 'device_code is required' },
  device_code_unknown: { id: 'HF-DEVICE-0406', code: 'invalid_grant', description: 'the device code is not valid' },
  device_code_of_another_client: {
    id: 'HF-DEVICE-0406',
    code: 'invalid_grant',
    description: 'the device code is not valid',
  },
  device_code_spent: {
    id: 'HF-DEVICE-0407',
    code: 'invalid_grant',
    description: 'the device code was used before, begin anew',
  },
} as const satisfies Record<string, CatalogueEntry>
