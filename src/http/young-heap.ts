import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from making short-lived objects where the long-lived are. Under load many requests wait for one commit, so a
 * look at the young objects finds all of theirs alive; V8 concludes that this kind lives long, and from then on each
 * request is kept until the next full collection, with everything that hangs on it. Measured with 64 connections: discovery
 * 15 µs instead of 23, and 185 MB instead of 250. For the whole process, and only a rule of thumb of V8's less.
 */
export function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
