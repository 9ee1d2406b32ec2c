/**
 * Resolves when the process is asked to end (SIGTERM, SIGINT). Asked a second time, it ends at once: 130, as a shell
 * says it of an interrupted program. A launcher that was killed can ask no more, so its end is asking too.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const stop = () => {
      if (asked) process.exit(130)
      asked = true
      resolve()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
    const launcher = process.ppid
    if (process.env['HUFU_STARTED_BY'] !== String(launcher)) return
    const watch = setInterval(() => {
      if (process.ppid === launcher) return
      clearInterval(watch)
      stop()
    }, 500).unref()
  })
}

/** Something that was opened, and how it ends. */
export interface Step {
  readonly name: string
  readonly close: () => Promise<void>
  /** Milliseconds that it may take. */
  readonly limit: number
}

/**
 * Closes one after the other, the last one first. One that fails or takes too long does not keep the others open.
 *
 * @returns the names of those, empty if all went well
 */
export async function closeInTurn(steps: readonly Step[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, close, limit } of steps.toReversed()) {
    const late = Promise.withResolvers<false>()
    const timer = setTimeout(() => late.resolve(false), limit)
    const closed = close().then(
      () => true,
      () => false,
    )
    if (!(await Promise.race([closed, late.promise]))) failed.push(name)
    clearTimeout(timer)
  }

  return failed
}

/** For when something could not be closed: it must not keep the process, and what is written still gets out. */
export function exitSoon(): void {
  setTimeout(() => process.exit(1), 500).unref()
}
