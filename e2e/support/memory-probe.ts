/*
 * Loaded before a server, with `--import` and `--expose-gc`: tells its parent, who asks, what it holds in memory.
 */
process.on('message', ({ memory }: { memory?: boolean }) => {
  if (memory !== true) return
  for (let count = 0; count < 3; count += 1) globalThis.gc?.()
  process.send?.(process.memoryUsage())
})
// It is no reason to stay.
process.channel?.unref()
