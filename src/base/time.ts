import type { Brand } from './brand.ts'

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, 'Instant'>

/** A length of time in whole seconds, the unit of every lifetime on the wire. */
export type Seconds = Brand<number, 'Seconds'>

export const instant = (milliseconds: number) => milliseconds as Instant

export const seconds = (count: number) => count as Seconds

export const addSeconds = (start: Instant, length: Seconds) => (start + length * 1000) as Instant

/** True from the very instant `end` on: a thing that ends at 12:00:00.000 is dead at 12:00:00.000. */
export const hasPassed = (end: Instant, now: Instant) => now >= end

/** The number JWT claims and introspection use: whole seconds since 1970, rounded down (RFC 7519 section 2). */
export const toEpochSeconds = (time: Instant) => Math.floor(time / 1000)

export const earlier = (left: Instant, right: Instant) => (left < right ? left : right)
