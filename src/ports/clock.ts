import type { Instant } from '../base/time.ts'

/** Where "now" comes from. The core never asks the machine itself. */
export type Clock = () => Instant
