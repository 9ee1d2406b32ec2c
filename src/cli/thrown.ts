/** As much of a fault as may stand in a log: its kind, words and place, and nothing that was attached to it. */
export interface Thrown {
  readonly type: string
  readonly message: string
  /** A line for each place. */
  readonly stack: string
}

/** What was thrown and is no Error could be anything, a secret too: of that only the kind is told. */
export function describeThrown(thrown: unknown): Thrown {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: '', stack: '' }
  const { name, message, stack = '' } = thrown

  return { type: name, message, stack: stack.slice(stack.indexOf('\n    at ') + 1) }
}
