/** What came of a check: the proved value, or the reason why not. Expected refusals are values, never thrown. */
export type Result<Value, Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Refusal }

export const accept = <Value>(value: Value) => ({ ok: true, value }) as const

export const refuse = <Refusal>(error: Refusal) => ({ ok: false, error }) as const
