import type { Account } from './account.ts'
import type { ClaimWish } from './particulars.ts'
import type { Scope } from './scope.ts'

/** What is known of a person besides name and email, in the words of OpenID Connect Core 1.0 section 5.1. */
export interface Profile {
  readonly given_name?: string
  readonly family_name?: string
  readonly middle_name?: string
  readonly nickname?: string
  /** @default the username */
  readonly preferred_username?: string
  /** Addresses of pages. */
  readonly profile?: string
  readonly picture?: string
  readonly website?: string
  readonly gender?: string
  /** `YYYY-MM-DD`, or the year alone. */
  readonly birthdate?: string
  /** As `Asia/Shanghai`. */
  readonly zoneinfo?: string
  /** As `zh-CN`. */
  readonly locale?: string
  /** When any of this changed last, in seconds since 1970. */
  readonly updated_at?: number
  /** @default false */
  readonly email_verified?: boolean
  readonly phone_number?: string
  /** @default false */
  readonly phone_number_verified?: boolean
  readonly address?: PostalAddress
}

/** @see OpenID Connect Core 1.0 section 5.1.1 */
export interface PostalAddress {
  readonly formatted?: string
  readonly street_address?: string
  readonly locality?: string
  readonly region?: string
  readonly postal_code?: string
  readonly country?: string
}

/** Which claims each scope stands for (OpenID Connect Core 1.0 section 5.4). */
export const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}

/**
 * The claims about a person that a client may read: those of its scopes, and those it wished for one by one. What is
 * not known is not there (section 5.3.2).
 *
 * @param scope of the access token
 * @param wishes of the `claims` parameter, which the person has seen
 * @param allowed identity scopes that the client is registered for today
 */
export function claimsAbout(
  account: Account,
  scope: Scope,
  wishes: Readonly<Record<string, ClaimWish>>,
  allowed: Scope,
): Readonly<Record<string, unknown>> {
  const known = allClaims(account)
  const names = allowed.flatMap((each) =>
    (claimsOfScope[each] ?? []).filter((name) => scope.includes(each) || Object.hasOwn(wishes, name)),
  )
  const given = names.map((name) => [name, known[name]] as const).filter(([, value]) => value !== undefined)

  return Object.fromEntries(given)
}

function allClaims({ name, username, email, profile = {} }: Account): Readonly<Record<string, unknown>> {
  return {
    name,
    preferred_username: username,
    ...profile,
    email,
    email_verified: email === undefined ? undefined : (profile.email_verified ?? false),
    phone_number_verified: profile.phone_number === undefined ? undefined : (profile.phone_number_verified ?? false),
  }
}
