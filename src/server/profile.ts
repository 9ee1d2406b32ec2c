import * as v from 'valibot'
import type { Account } from '../protocol/account.ts'
import type { Profile } from '../protocol/identity-claims.ts'
import { flag, object, text } from './shape.ts'

const webAddress = v.pipe(text, v.regex(/^https?:\/\/[^\s]+$/, 'must be a web address'))

/** Members of a user about whom apps may be told, in the words of OpenID Connect Core 1.0 section 5.1. */
export const profileMembers = {
  given_name: v.exactOptional(text),
  family_name: v.exactOptional(text),
  middle_name: v.exactOptional(text),
  nickname: v.exactOptional(text),
  preferred_username: v.exactOptional(text),
  profile: v.exactOptional(webAddress),
  picture: v.exactOptional(webAddress),
  website: v.exactOptional(webAddress),
  gender: v.exactOptional(text),
  birthdate: v.exactOptional(v.pipe(text, v.regex(/^\d{4}(?:-\d{2}-\d{2})?$/, 'must be YYYY-MM-DD or YYYY'))),
  zoneinfo: v.exactOptional(v.pipe(text, v.regex(/^[A-Za-z0-9_+\-/]+$/, 'must be the name of a time zone'))),
  locale: v.exactOptional(v.pipe(text, v.regex(/^[A-Za-z0-9-]+$/, 'must be a language tag'))),
  email_verified: v.exactOptional(flag),
  phone_number: v.exactOptional(text),
  phone_number_verified: v.exactOptional(flag),
  address: v.exactOptional(
    object({
      formatted: v.exactOptional(text),
      street_address: v.exactOptional(text),
      locality: v.exactOptional(text),
      region: v.exactOptional(text),
      postal_code: v.exactOptional(text),
      country: v.exactOptional(text),
    }),
  ),
}

type Known = Pick<Account, 'name' | 'email' | 'profile'>

/**
 * The profile as it is kept: with the time at which something that apps are told changed last.
 *
 * @param at now, in seconds since 1970
 */
export function withUpdate(given: Known, before: Known | undefined, at: number): Profile {
  const updated = before?.profile?.updated_at
  const isSame = updated !== undefined && describe(given) === describe(before)

  return { ...given.profile, updated_at: isSame ? updated : at }
}

const describe = (known: Known | undefined) => {
  const entries = Object.entries({ ...known?.profile, name: known?.name, email: known?.email, updated_at: undefined })

  return JSON.stringify(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
