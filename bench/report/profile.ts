/** What V8's sampling profiler gives. */
export interface Profile {
  readonly nodes: readonly ProfileNode[]
  readonly samples?: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas?: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

/** Between two samples no more than this is counted: the rest is time in which another process had the core. */
const longestDelta = 400

/**
 * Functions by the share of time that they had themselves, without what they called; idle time is not counted. What is
 * not JavaScript (a statement of SQLite, a signature) stands under the function that called it.
 */
export function topOf({ nodes, samples = [], timeDeltas = [] }: Profile, count: number): readonly string[] {
  const names = namesOf(nodes)
  const own = new Map<string, number>()
  let total = 0
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? ''
    if (name.startsWith('(idle)') || name.startsWith('post node:inspector')) continue
    const spent = Math.min(timeDeltas[at] ?? 0, longestDelta)
    own.set(name, (own.get(name) ?? 0) + spent)
    total += spent
  }

  return [...own]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, spent]) => `${((100 * spent) / total).toFixed(1).padStart(5)} %  ${name}`)
}

function namesOf(nodes: readonly ProfileNode[]): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))

  return new Map(nodes.map((node) => [node.id, nameOf(node)]))

  function nameOf(node: ProfileNode): string {
    const { functionName, url, lineNumber } = node.callFrame
    const name = functionName || '(anonymous)'
    if (url !== '') return `${name} ${url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '')}:${lineNumber + 1}`
    const parent = byId.get(parents.get(node.id) ?? -1)

    return name.startsWith('(') || parent === undefined ? name : `${name} < ${nameOf(parent)}`
  }
}
