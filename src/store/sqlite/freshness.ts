import type { DatabaseSync } from 'node:sqlite'

/** Tells what is kept in memory when it has to be forgotten. */
export interface Freshness {
  /** Before anything kept is used: forgets it all if another connection wrote since the last look. */
  readonly look: () => void
  readonly onChange: (forget: () => void) => void
}

let commitsHere = 0

/** Every commit of this process is reported, whichever connection made it. */
export const noteCommit = () => void (commitsHere += 1)

/**
 * `PRAGMA data_version` tells whether another connection wrote anything. It costs as much as a read (4 µs), so it is asked
 * once for each turn of the event loop, and again after each commit of this process: a request that is handled in this turn
 * had arrived when it began. So what this process wrote is seen at once, and what another one wrote after one turn.
 */
export function createFreshness(database: DatabaseSync): Freshness {
  const version = database.prepare('PRAGMA data_version')
  const kept: (() => void)[] = []
  let seenVersion = -1
  let seenCommits = -1
  let isTurnOver = true

  return {
    look() {
      if (!isTurnOver && seenCommits === commitsHere) return
      const { data_version } = version.get() as { data_version: number }
      if (data_version !== seenVersion) for (const forget of kept) forget()
      seenVersion = data_version
      seenCommits = commitsHere
      if (isTurnOver) setImmediate(() => (isTurnOver = true))
      isTurnOver = false
    },
    onChange: (forget) => void kept.push(forget),
  }
}
