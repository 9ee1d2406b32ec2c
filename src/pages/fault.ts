import { errorPage } from './error-page.ts'
import type { Html } from './html.ts'
import type { PageContext } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface FaultModel extends PageContext {
  readonly requestId: string
}

/** For our own failure: no cause, no stack, only the number to ask about. */
export const faultPage = (model: FaultModel, t: Messages): Html =>
  errorPage({ ...model, id: 'HF-LIMIT-0690', description: undefined, diagnosis: undefined }, t)
