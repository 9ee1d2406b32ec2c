import { randomBytes } from 'node:crypto'
import { toHex } from '../base/encoding.ts'
import { uuid7 } from '../base/id.ts'
import { instant } from '../base/time.ts'

/** The morning on which tests happen unless they say otherwise: 2026-01-05T08:00:00Z, a Monday. */
export const morning = instant(Date.UTC(2026, 0, 5, 8))

let made = 0

/** An id of any kind, later than all that this process made before. No two processes make the same. */
export const anId = <Id extends string = string>() => uuid7(instant(morning + made++), randomBytes(10)) as Id

/** 32 random octets in lower-case hexadecimal, as a hash or a nonce is stored. */
export const aHash = <Hash extends string = string>() => toHex(randomBytes(32)) as Hash
