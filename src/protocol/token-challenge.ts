import type { TokenScheme } from './presented-token.ts'

/** What a `WWW-Authenticate` header says. Every value is printable and holds neither quote nor backslash. */
export interface Challenge {
  /** Each gets a challenge of its own. */
  readonly schemes: readonly TokenScheme[]
  /** The scheme that was tried, and so the only one that tells of an error. */
  readonly tried: TokenScheme | undefined
  /** For every scheme: where to read on, what is needed. */
  readonly common: Readonly<Record<string, string>>
  /** Empty if there were no credentials. */
  readonly error: Readonly<Record<string, string>>
  /** What a proof may be signed with, told with `DPoP`. */
  readonly algorithms: readonly string[]
}

/**
 * One header with a challenge for each scheme that is taken. `Bearer` comes first: there are clients that read no
 * further.
 *
 * @see RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 9449 section 7.1
 */
export const formatChallenges = ({ schemes, tried, common, error, algorithms }: Challenge): string =>
  (['Bearer', 'DPoP'] as const)
    .filter((each) => schemes.includes(each))
    .map((scheme) => {
      const parameters = {
        ...common,
        ...(scheme === tried && error),
        ...(scheme === 'DPoP' && { algs: algorithms.join(' ') }),
      }
      const formatted = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)

      return formatted.length === 0 ? scheme : `${scheme} ${formatted.join(', ')}`
    })
    .join(', ')
