import { html } from './html.ts'
import type { Html } from './html.ts'

export interface Bar {
  /** Under the bar: short. */
  readonly label: string
  /** In full, for the table and for those who hear the chart. */
  readonly name: string
  readonly value: number
  /** The value as people read it, `¥299.00`. */
  readonly text: string
}

interface ChartWords {
  readonly title: string
  readonly asTable: string
  readonly nameColumn: string
  readonly valueColumn: string
}

/** Upright bars as one drawing without script or style of its own, with the same numbers as a table below. */
export function columnChart(id: string, bars: readonly Bar[], words: ChartWords): Html {
  const tallest = Math.max(1, ...bars.map((each) => each.value))
  const columns = bars.map((bar, index) => {
    const height = Math.round((bar.value / tallest) * 1400) / 10
    const x = index * 30 + 4

    return html`<g
      ><title>${bar.name}: ${bar.text}</title
      ><rect class="bar" x="${x}" y="${170 - height}" width="22" height="${height}" rx="3"></rect
      ><text class="tick" x="${x + 11}" y="188" text-anchor="middle">${bar.label}</text></g
    >`
  })

  return figure(
    id,
    bars,
    words,
    html`<svg class="chart" viewBox="0 0 ${bars.length * 30} 196" role="img" aria-labelledby="${id}-title">
      <line class="axis" x1="0" y1="170.5" x2="${bars.length * 30}" y2="170.5"></line>
      ${columns}
    </svg>`,
  )
}

/** Lying bars, one below the other, each with its name and its value. */
export function rowChart(id: string, bars: readonly Bar[], words: ChartWords): Html {
  const longest = Math.max(1, ...bars.map((each) => each.value))
  const rows = bars.map((bar, index) => {
    const width = Math.round((bar.value / longest) * 3600) / 10
    const y = index * 40

    return html`<g
      ><text class="tick" x="0" y="${y + 13}">${bar.name}</text
      ><text class="tick strong" x="360" y="${y + 13}" text-anchor="end">${bar.text}</text
      ><rect class="rail" x="0" y="${y + 19}" width="360" height="10" rx="5"></rect
      ><rect class="bar" x="0" y="${y + 19}" width="${Math.max(width, 2)}" height="10" rx="5"></rect
    ></g>`
  })

  return figure(
    id,
    bars,
    words,
    html`<svg class="chart" viewBox="0 0 360 ${bars.length * 40}" role="img" aria-labelledby="${id}-title">
      ${rows}
    </svg>`,
  )
}

function figure(id: string, bars: readonly Bar[], words: ChartWords, drawing: Html): Html {
  const rows = bars.map(
    (bar) =>
      html`<tr>
        <th scope="row">${bar.name}</th>
        <td class="number">${bar.text}</td>
      </tr>`,
  )

  return html`<section class="card" id="${id}">
    <h2 id="${id}-title">${words.title}</h2>
    ${drawing}
    <details>
      <summary>${words.asTable}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${words.nameColumn}</th>
            <th scope="col" class="number">${words.valueColumn}</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </details>
  </section>`
}
