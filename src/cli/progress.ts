import type { Context } from './context.ts'

const everyMs = 5000

/** Says on stderr how far a long work is, one line each five seconds. */
export function createProgress({ asJson, words, err }: Context): (done: number) => void {
  const begun = performance.now()
  let next = begun + everyMs

  return (done) => {
    const now = performance.now()
    if (now < next) return
    next = now + everyMs
    const rate = Math.round(done / ((now - begun) / 1000))
    err(`${asJson ? JSON.stringify({ progress: { done, per_second: rate } }) : words.progress(done, rate)}\n`)
  }
}
