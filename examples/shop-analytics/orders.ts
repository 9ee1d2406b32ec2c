import type { Language } from './words.ts'

/** What the shop's API answers, as far as this app uses it. */
export interface Order {
  readonly id: string
  readonly placedAt: string
  readonly status: string
  readonly total: string
  readonly items: readonly {
    readonly name: Readonly<Record<Language, string>>
    readonly category: string
    readonly quantity: number
    readonly unitPrice: string
  }[]
}

export interface Refund {
  readonly orderId: string
  readonly amount: string
  readonly reason: Readonly<Record<Language, string>>
  readonly refundedAt: string
}

/** An amount under a label: one bar. In fen, so that sums are exact. */
export interface Sum {
  readonly key: string
  readonly fen: number
}

/** Reads `"299.00"` without ever making a fraction of it. */
export function toFen(amount: string): number {
  const match = /^(\d{1,12})\.(\d{2})$/.exec(amount)
  if (match === null) throw new Error('the API sent an amount that is not money')

  return Number(match[1]) * 100 + Number(match[2])
}

/** Beijing time, which is what the shop counts in. */
export const monthOf = (time: string) => new Date(Date.parse(time) + 8 * 60 * 60 * 1000).toISOString().slice(0, 7)

/** The twelve months that end with this one, each with what was spent in it, empty ones too. */
export function byMonth(orders: readonly Order[], now: number): Sum[] {
  const sums = sumBy(orders, (each) => [[monthOf(each.placedAt), toFen(each.total)]])
  const [year, month] = monthOf(new Date(now).toISOString()).split('-').map(Number)

  return Array.from({ length: 12 }, (_, index) => {
    const key = new Date(Date.UTC(year!, month! - 12 + index)).toISOString().slice(0, 7)
    return { key, fen: sums.get(key) ?? 0 }
  })
}

/** What was spent on each kind of thing, the most first. */
export function byCategory(orders: readonly Order[]): Sum[] {
  const sums = sumBy(orders, (each) =>
    each.items.map((item) => [item.category, item.quantity * toFen(item.unitPrice)] as const),
  )

  return [...sums].map(([key, fen]) => ({ key, fen })).sort((left, right) => right.fen - left.fen)
}

/** Cancelled orders cost nothing. */
export const isPaidFor = (order: Order) => order.status !== 'cancelled'

function sumBy(orders: readonly Order[], entries: (order: Order) => readonly (readonly [string, number])[]) {
  const sums = new Map<string, number>()
  for (const [key, fen] of orders.filter(isPaidFor).flatMap(entries)) sums.set(key, (sums.get(key) ?? 0) + fen)

  return sums
}
