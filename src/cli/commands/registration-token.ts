import { createRandomPool, machineClock } from '../../server/compose.ts'
import { makeRegistrationToken } from '../../server/registration-tokens.ts'
import { done, failed } from '../outcome.ts'
import type { Outcome } from '../outcome.ts'
import type { Context } from '../context.ts'
import { withStore } from '../open-store.ts'
import type { StoreOptions } from '../open-store.ts'

const day = 86_400

/**
 * Makes an initial access token in the database of a server, which may run meanwhile. The token is the one line on
 * stdout, and is nowhere to be read again.
 */
export function registrationToken(
  { uses, days, ...where }: StoreOptions & { readonly uses: number; readonly days: number },
  context: Context,
): Promise<Outcome> {
  const { words, asJson, out, err } = context

  return withStore(where, context, async (store) => {
    const ports = { store, now: machineClock, random: createRandomPool() }
    const made = await makeRegistrationToken({ uses, lifetime: days * day }, ports)
    if (!made.ok) return failed({ code: 'HF-CONF-0711', cause: made.error })
    const { token, expiresAt } = made.value
    const end = new Date(expiresAt).toISOString()
    out(asJson ? `${JSON.stringify({ token, uses, expires_at: end })}\n` : `${token}\n`)
    if (!asJson) err(`${words.registrationToken.made(uses, end)}\n`)

    return done
  })
}
