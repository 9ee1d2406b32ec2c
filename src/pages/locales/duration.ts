const units = [
  ['year', 31_536_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/**
 * Says a length of time as a person would, in one unit: the greatest that leaves no rest. What has no such unit is
 * rounded to minutes from two minutes on.
 */
export function durationIn(language: string): (seconds: number) => string {
  const formats = new Map<string, Intl.NumberFormat>()
  const write = (value: number, unit: string) => {
    const format = formats.get(unit) ?? new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })
    formats.set(unit, format)

    return format.format(value)
  }

  return (seconds) => {
    const whole = units.find(([, size]) => seconds >= size && seconds % size === 0)
    if (whole !== undefined) return write(seconds / whole[1], whole[0])

    return seconds >= 120 ? write(Math.round(seconds / 60), 'minute') : write(seconds, 'second')
  }
}
