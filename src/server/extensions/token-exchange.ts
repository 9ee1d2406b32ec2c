import { tokenExchange as grant } from '../../grants/token-exchange.ts'
import type { Extension } from './extension.ts'

/** One token for another (RFC 8693), for clients that have rules for it. */
export const tokenExchange: Extension = {
  isOn: ({ features }) => features.tokenExchange,
  grants: () => [grant],
}
