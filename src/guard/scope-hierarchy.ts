/** Scopes that stand for others: a token with the name on the left is also good for those on the right. */
export type ScopeHierarchy = Readonly<Record<string, readonly string[]>>

/**
 * What of the needed scope a token lacks. Words are compared exactly; one that is not there counts as there if one
 * stands for it. That goes one step, so a scope names everything it stands for.
 */
export const missingScope = (needed: readonly string[], held: readonly string[], hierarchy: ScopeHierarchy) =>
  needed.filter((each) => !held.some((word) => word === each || standsFor(word, each, hierarchy)))

const standsFor = (word: string, other: string, hierarchy: ScopeHierarchy) =>
  Object.hasOwn(hierarchy, word) && hierarchy[word]?.includes(other) === true
