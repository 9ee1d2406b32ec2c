/*
 * Loaded before a server, with `--import`: what it does every few seconds or minutes it does soon, for a test in which
 * months pass in seconds.
 */
const realSetInterval = globalThis.setInterval
const rare = 5_000

globalThis.setInterval = ((work: () => void, milliseconds: number, ...given: never[]) =>
  realSetInterval(work, milliseconds >= rare ? 250 : milliseconds, ...given)) as typeof setInterval
