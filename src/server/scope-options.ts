import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { ScopeText } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import { inAll } from './text.ts'
import type { Text } from './text.ts'
import type { ResourceOptions } from './resource-options.ts'

export interface ScopeOptions {
  readonly name: string
  /** A verb phrase: "See your orders". */
  readonly title: Text
  readonly description?: Text
  readonly access?: ScopeText['access']
  /** The person may leave it out. @default false */
  readonly optional?: boolean
}

/**
 * What can be asked for, with the words for it.
 *
 * @param reserved names that stand for no permission at an API, so declaring them has no effect
 */
export function parseScopes(
  options: { readonly scopes?: readonly ScopeOptions[]; readonly resources?: readonly ResourceOptions[] },
  reserved: readonly string[],
  development: boolean,
): Result<ReadonlyMap<string, ScopeText>, string> {
  const texts = new Map<string, ScopeText>()
  for (const each of options.scopes ?? []) {
    const name = parseScope(each.name)
    if (!name.ok || name.value.length !== 1) return refuse(`scopes: ${JSON.stringify(each.name)} is not a scope name`)
    if (reserved.includes(each.name)) continue
    texts.set(each.name, {
      name: each.name,
      title: inAll(each.title),
      description: inAll(each.description ?? ''),
      access: each.access ?? 'read',
      optional: each.optional ?? false,
    })
  }
  for (const name of (options.resources ?? []).flatMap((each) => each.scopes)) {
    if (texts.has(name) || reserved.includes(name)) continue
    // A person must never be asked about a word that nobody explained (UX section 3.2).
    if (!development)
      return refuse(`scopes: ${JSON.stringify(name)} has no title, so no person could be asked about it`)
    texts.set(name, { name, title: inAll(name), description: inAll(''), access: 'read', optional: false })
  }

  return accept(texts)
}
