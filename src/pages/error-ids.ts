import type { AppReason } from '../protocol/app-refusals.ts'
import { appRefusals } from '../protocol/app-refusals.ts'
import type { Reason } from '../protocol/errors.ts'
import { catalogue } from '../protocol/errors.ts'
import type { GuardReason } from '../protocol/guard-refusals.ts'
import { guardRefusals } from '../protocol/guard-refusals.ts'

/** Every public error number; each has its page in every language, or the catalogues do not compile (UX-8.2). */
export type ErrorId =
  | (typeof catalogue)[Reason]['id']
  | (typeof guardRefusals)[GuardReason]['id']
  | (typeof appRefusals)[AppReason]['id']

/** What a failure looks like on the wire: the registered code, if one is sent, and what `error_description` says. */
export interface WireForm {
  readonly code: string | undefined
  readonly description: string
}

/** All numbers with what is sent under them; one number may stand for several descriptions. */
export const wireForms: ReadonlyMap<string, readonly WireForm[]> = collect()

/** True for the number of an error that has a page, as it stands in `/errors/<number>`. */
export const isErrorId = (text: string): text is ErrorId => wireForms.has(text)

function collect(): Map<string, readonly WireForm[]> {
  const forms = new Map<string, readonly WireForm[]>()
  for (const { id, code, description } of [
    ...Object.values(catalogue),
    ...Object.values(guardRefusals),
    ...Object.values(appRefusals),
  ]) {
    const known = forms.get(id) ?? []
    if (!known.some((each) => each.code === code && each.description === description))
      forms.set(id, [...known, { code, description }])
  }

  return forms
}
