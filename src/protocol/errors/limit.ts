import type { CatalogueEntry } from './entry.ts'

/** Too much, and faults of the server. */
export const limitErrors = {
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
