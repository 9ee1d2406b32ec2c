import type { Brand } from '../base/brand.ts'
import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'

/** Distinct scope tokens in the order the client gave them. */
export type Scope = Brand<readonly string[], 'Scope'>

/** More tokens than this are refused before they are looked at (attack row AZ-09). */
export const maxScopeTokens = 100

const token = /^[\x21\x23-\x5B\x5D-\x7E]+$/

export const emptyScope = [] as readonly string[] as Scope

/**
 * Reads a `scope` parameter; an absent one is the empty scope. Refused: anything but tokens with single spaces
 * between them, and more than {@link maxScopeTokens} tokens.
 *
 * @see OAuth 2.1 section 1.4.1: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`
 */
export function parseScope(raw: string | undefined): Result<Scope, OAuthError> {
  if (raw === undefined) return accept(emptyScope)
  const tokens = raw.split(' ', maxScopeTokens + 1)
  if (tokens.length > maxScopeTokens || !tokens.every((each) => token.test(each))) return because('scope_malformed')

  return accept([...new Set(tokens)] as readonly string[] as Scope)
}

/** True if every token of `inner` is in `outer`. */
export const isWithin = (inner: Scope, outer: Scope) => inner.every((each) => outer.includes(each))

export const intersect = (left: Scope, right: Scope) =>
  left.filter((each) => right.includes(each)) as readonly string[] as Scope

export const union = (left: Scope, right: Scope) => [...new Set([...left, ...right])] as readonly string[] as Scope

export const without = (left: Scope, right: readonly string[]) =>
  left.filter((each) => !right.includes(each)) as readonly string[] as Scope

/** Order has no meaning (OAuth 2.1 section 1.4.1). */
export const isSameScope = (left: Scope, right: Scope) => left.length === right.length && isWithin(left, right)

export const formatScope = (scope: Scope) => scope.join(' ')
