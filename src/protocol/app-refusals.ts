/**
 * What an app has to refuse by itself, because no server can see it. Nothing of this is ever sent by Hufu; the numbers
 * are for the pages that explain it, one table as `errors.ts` is for the server (UX section 8).
 */
export const appRefusals = {
  state_mismatch: {
    id: 'HF-APP-1101',
    code: undefined,
    description: 'the state that came back is not the one this browser was given',
  },
} as const satisfies Record<string, { id: `HF-APP-${number}`; code: undefined; description: string }>

export type AppReason = keyof typeof appRefusals
