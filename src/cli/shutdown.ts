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
