/** What V8's sampling profiler gives. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

/** Functions by the share of time that they had themselves, without what they called; idle time is not counted. */
export function topOf({ nodes, samples = [], timeDeltas = [] }: Profile, count: number): readonly string[] {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]))
  const own = new Map<string, number>()
  let total = 0
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? ''
    if (name === '(idle)') continue
    const spent = timeDeltas[at] ?? 0
    own.set(name, (own.get(name) ?? 0) + spent)
    total += spent
  }

  return [...own]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, spent]) => `${((100 * spent) / total).toFixed(1).padStart(5)} %  ${name}`)
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Profile['nodes'][number]): string {
  const file = url.replace(/^.*\/(?:node_modules\/)?(?=[^/]+\/[^/]+\/[^/]+$)/, '')

  return url === '' ? functionName || '(anonymous)' : `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`
}
