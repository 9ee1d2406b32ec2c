/*
 * Loaded before a server, with `--import`: its clock, `Date`, goes wrong when the parent process says so. What measures
 * lengths of time (`performance`, timers) goes on, as it does when somebody sets the clock of a machine.
 */
const RealDate = Date
let off = Number(process.env['HUFU_TEST_CLOCK_OFF'] ?? 0)

globalThis.Date = class extends RealDate {
  constructor(...given: []) {
    if (given.length === 0) super(RealDate.now() + off)
    else super(...given)
  }

  static override now(): number {
    return RealDate.now() + off
  }
} as DateConstructor

process.on('message', ({ clock }: { clock: number }) => {
  off = clock
  process.send?.({ clock })
})
// It is no reason to stay.
process.channel?.unref()
