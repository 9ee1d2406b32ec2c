/**
 * Resolves when the process is asked to end (SIGTERM, SIGINT). Asked a second time, it ends at once: 130, as a shell
 * says it of an interrupted program.
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
  })
}
