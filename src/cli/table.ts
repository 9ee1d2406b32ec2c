/** Columns of one width, the first row being their titles. Numbers stand to the right. */
export function formatTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => widthOf(String(row[at] ?? '')))))
  const lines = rows.map((row) =>
    row
      .map((cell, at) => {
        const space = ' '.repeat((widths[at] ?? 0) - widthOf(String(cell)))
        return typeof cell === 'number' ? `${space}${cell}` : `${cell}${space}`
      })
      .join('  ')
      .trimEnd(),
  )

  return lines.join('\n')
}

const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g

/** Columns in a terminal: a Chinese character takes two. */
export const widthOf = (text: string) => text.length + (text.match(wide)?.length ?? 0)
