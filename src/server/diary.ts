import { createTally } from '../base/tally.ts'
import type { Counted, Tally } from '../base/tally.ts'

/** What is done again and again without anybody asking. */
export type Task = 'prune' | 'rotate_keys' | 'check_in' | 'seal_audit' | 'settle_refusals' | 'prune_audit'

export interface TaskVitals {
  readonly task: Task
  /** Milliseconds since 1970, by the machine's clock; 0 if it never was. */
  readonly lastDone: number
  readonly failed: number
  readonly seconds: Counted
}

/** Notes how what runs by itself is going. */
export interface Diary {
  /** The same work; how it ends is noted. */
  readonly note: (task: Task, work: () => Promise<unknown>) => () => Promise<void>
  readonly removed: (rows: number) => void
  readonly read: () => { readonly tasks: readonly TaskVitals[]; readonly removed: number }
}

const bounds = [0.01, 0.1, 1, 10, 60] as const

export function createDiary(): Diary {
  const tasks = new Map<Task, { lastDone: number; failed: number; readonly tally: Tally }>()
  let removed = 0

  return {
    note: (task, work) => {
      const noted = { lastDone: 0, failed: 0, tally: createTally(bounds) }
      tasks.set(task, noted)

      return async () => {
        const began = performance.now()
        try {
          await work()
          noted.lastDone = Date.now()
        } catch (error) {
          noted.failed += 1
          throw error
        } finally {
          noted.tally.add((performance.now() - began) / 1000)
        }
      }
    },
    removed: (rows) => void (removed += rows),
    read: () => ({
      tasks: [...tasks].map(([task, { lastDone, failed, tally }]) => ({
        task,
        lastDone,
        failed,
        seconds: tally.read(),
      })),
      removed,
    }),
  }
}
