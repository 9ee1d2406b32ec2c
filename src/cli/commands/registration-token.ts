import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createRandomPool, machineClock } from '../../server/compose.ts'
import { makeRegistrationToken } from '../../server/registration-tokens.ts'
import { openSqlite } from '../../store/sqlite/index.ts'
import { done, failed } from '../outcome.ts'
import type { Outcome } from '../outcome.ts'
import type { Context } from '../context.ts'

const day = 86_400

/**
 * Makes an initial access token in the database of a server, which may run meanwhile. The token is the one line on
 * stdout, and is nowhere to be read again.
 */
export async function registrationToken(
  { data, uses, days }: { readonly data?: string; readonly uses: number; readonly days: number },
  { words, asJson, out, err }: Context,
): Promise<Outcome> {
  const file = join(resolve(data ?? '.hufu/data'), 'hufu.db')
  if (!existsSync(file)) return failed({ code: 'HF-DB-0801', cause: `${file} is not there` })
  try {
    const store = openSqlite({ file })
    const ports = { store, now: machineClock, random: createRandomPool() }
    const made = await makeRegistrationToken({ uses, lifetime: days * day }, ports).finally(() => store.close())
    if (!made.ok) return failed({ code: 'HF-CONF-0711', cause: made.error })
    const { token, expiresAt } = made.value
    const end = new Date(expiresAt).toISOString()
    out(asJson ? `${JSON.stringify({ token, uses, expires_at: end })}\n` : `${token}\n`)
    if (!asJson) err(`${words.registrationToken.made(uses, end)}\n`)
  } catch (error) {
    return failed({ code: 'HF-DB-0801', cause: (error as Error).message })
  }

  return done
}
