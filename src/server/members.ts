import { nearest } from '../base/nearest.ts'

interface Inner {
  readonly type: string
  readonly entries?: Readonly<Record<string, unknown>>
  readonly item?: unknown
  readonly value?: unknown
  readonly wrapped?: unknown
}

/** What a shape is, without what makes it optional. */
export function unwrap(shape: unknown): Inner {
  const inner = shape as Inner

  return inner.wrapped === undefined ? inner : unwrap(inner.wrapped)
}

/** The paths of all members of a shape, those of a list's items without a number. A name that is free is `*`. */
export function membersOf(shape: unknown): readonly (readonly string[])[] {
  const { entries, item, value } = unwrap(shape)
  if (item !== undefined) return membersOf(item)
  const below = Object.entries(entries ?? (value === undefined ? {} : { '*': value }))

  return below.flatMap(([name, each]) => [[name], ...membersOf(each).map((path) => [name, ...path])])
}

/**
 * What was probably meant by a member that nobody knows: one that stands beside it, by its name, else one of another
 * place, by its path. Undefined if nothing is like it.
 *
 * @param path its names, without the numbers of lists
 */
export function meantBy(path: readonly string[], shape: unknown): string | undefined {
  const name = path.at(-1) ?? ''
  const members = membersOf(shape)
  const beside = (member: readonly string[]) =>
    member.length === path.length &&
    member.every((each, at) => at === path.length - 1 || each === '*' || each === path[at])
  const sibling = nearest(
    name,
    members.filter(beside).map((each) => each.at(-1)!),
  )
  if (sibling !== undefined) return sibling
  const elsewhere = members.filter((each) => !each.includes('*')).toSorted((left, right) => left.length - right.length)
  const namesake = nearest(
    name,
    elsewhere.map((each) => each.at(-1)!),
  )

  return elsewhere.find((each) => each.at(-1) === namesake)?.join('.')
}
