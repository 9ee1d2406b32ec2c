import { instant } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Clock } from '../ports/clock.ts'

/** What a machine measures time by, in milliseconds. */
export interface MachineTime {
  /** Since 1970. Whoever administers the machine may set it. */
  readonly wall: () => number
  /** Since whenever. Nobody can set it. */
  readonly steady: () => number
}

export interface StoreClock {
  readonly now: Clock
  /** Waits for the question that is under way. */
  readonly stop: () => Promise<void>
}

/** Further off than this a clock is wrong, not late (UX section 7). */
export const maxClockDifference = 60_000

/** Milliseconds between two questions. */
const askEvery = 1_000
/** A first answer that took longer than this is asked for again, so many times: it says little about the time. */
const quickAnswer = 50
const attempts = 5
/** Less than this is not corrected: two answers differ by that much anyway. */
const jitter = 20

/**
 * The clock of the store, for all instances that share it: what one of them issues, another one judges. Asked once a
 * second; in between, and while the store does not answer, time goes on as the machine measures it. The machine's own
 * clock has no say, so that nothing happens when it jumps. Rejects if the store does not answer at first.
 *
 * @param report told once when the machine's own clock is more than a minute off, since logs and neighbours go by it
 */
export async function followStoreClock(
  read: () => Promise<Instant>,
  report: (problem: Error) => void,
  machine: MachineTime = thisMachine,
): Promise<StoreClock> {
  let { offset } = await measureWell(read, machine)
  let isOff = false
  let asking: Promise<void> | undefined
  const now = () => instant(Math.round(machine.steady() + offset))

  async function follow(): Promise<void> {
    const measured = await measure(read, machine)
    if (Math.abs(measured.offset - offset) > measured.error + jitter) ({ offset } = measured)
    const difference = machine.wall() - now()
    const wasOff = isOff
    isOff = Math.abs(difference) > maxClockDifference
    if (isOff && !wasOff) report(new Error(describeDifference(difference)))
  }

  // A store that does not answer is reported by whoever needs it.
  const ask = () => (asking ??= follow().catch(() => {})).finally(() => (asking = undefined))
  const timer = setInterval(() => void ask(), askEvery).unref()

  return {
    now,
    stop: async () => {
      clearInterval(timer)
      await asking
    },
  }
}

/** @param milliseconds that this machine is ahead */
export const describeDifference = (milliseconds: number) =>
  `the clock of this machine is ${Math.abs(Math.round(milliseconds / 1000))} s ${milliseconds > 0 ? 'ahead of' : 'behind'} the database's`

const thisMachine: MachineTime = { wall: () => Date.now(), steady: () => performance.now() }

interface Measured {
  /** What the store's clock is ahead of the steady one. */
  readonly offset: number
  /** How wrong that may be. */
  readonly error: number
}

async function measure(read: () => Promise<Instant>, { steady }: MachineTime): Promise<Measured> {
  const asked = steady()
  const there = await read()
  const answered = steady()

  return { offset: there - (asked + answered) / 2, error: (answered - asked) / 2 }
}

/** The first answer may have waited for a connection, or for a schema to be made. */
async function measureWell(read: () => Promise<Instant>, machine: MachineTime): Promise<Measured> {
  let best = await measure(read, machine)
  for (let count = 1; count < attempts && best.error > quickAnswer / 2; count += 1) {
    const next = await measure(read, machine)
    if (next.error < best.error) best = next
  }

  return best
}
