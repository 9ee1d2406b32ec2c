/** Milliseconds in a day: the shop's time zone has no summer time, so every day has as many. */
export const dayLength = 24 * 60 * 60 * 1000

/** Beijing time, eight hours ahead of UTC: a shop's day begins at its own midnight. */
const offset = 8 * 60 * 60 * 1000

/** The shop's date at a moment, `2026-11-22`. @param time milliseconds since 1970 */
export const dayAt = (time: number) => new Date(time + offset).toISOString().slice(0, 10)

/** The first moment of a shop's day, in milliseconds since 1970. */
export const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`) - offset

/** The day that many days later, or earlier for a negative count. */
export const addDays = (day: string, count: number) => dayAt(startOf(day) + count * dayLength)

/** True for a date of the calendar in the form `2026-11-22`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false

  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
