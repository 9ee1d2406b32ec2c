import { setTimeout as pause } from 'node:timers/promises'

/** How long each period is, and how much of it a process may run, in milliseconds. */
const periodMs = 100

/**
 * Lets each process run for this share of the time only, one after the other as far as that goes, and stops it in between
 * (SIGSTOP): so an instance has a capacity of its own, which several instances on one machine do not take from each other.
 * What it serves in its share does not depend on how many others there are, unless something they have in common is the limit.
 *
 * @returns ends it; all of them run again then
 */
export function shareTime(pids: readonly number[], share: number): () => Promise<void> {
  let over = false
  const run = async (pid: number, at: number) => {
    await pause((periodMs / pids.length) * at)
    while (!over) {
      const began = performance.now()
      process.kill(pid, 'SIGCONT')
      await pause(periodMs * share)
      if (over) break
      process.kill(pid, 'SIGSTOP')
      await pause(Math.max(1, began + periodMs - performance.now()))
    }
    process.kill(pid, 'SIGCONT')
  }
  const running = pids.map(run)

  return async () => {
    over = true
    await Promise.all(running)
  }
}
