import { addDays, dayLength, startOf } from './calendar.ts'
import { products, refundReasons } from './catalogue.ts'
import type { Category, Product } from './catalogue.ts'
import type { NewOrder, OrderBook } from './order-book.ts'

/** The people who buy at the demo shop, and what each of them likes. */
const shoppers: readonly Shopper[] = [
  {
    username: 'li.wei',
    name: { en: 'Li Wei', 'zh-CN': '李伟' },
    perDay: 0.34,
    likes: ['electronics', 'books', 'food'],
  },
  { username: 'wang.fang', name: { en: 'Wang Fang', 'zh-CN': '王芳' }, perDay: 0.3, likes: ['clothing', 'home'] },
  { username: 'zhang.min', name: { en: 'Zhang Min', 'zh-CN': '张敏' }, perDay: 0.26, likes: ['sports', 'food'] },
  { username: 'chen.jing', name: { en: 'Chen Jing', 'zh-CN': '陈静' }, perDay: 0.2, likes: ['books', 'home', 'food'] },
  { username: 'liu.yang', name: { en: 'Liu Yang', 'zh-CN': '刘洋' }, perDay: 0.22, likes: ['electronics', 'sports'] },
]

interface Shopper {
  readonly username: string
  readonly name: { readonly en: string; readonly 'zh-CN': string }
  /** How many orders on an ordinary day, on average. */
  readonly perDay: number
  readonly likes: readonly Category[]
}

/** How far back the shop's books go. */
export const daysKept = 365

/**
 * Fills the book with the orders of the last twelve months up to yesterday. Each day's orders follow from its date
 * alone: the same day always holds the same orders, and a later call only adds the days that came since.
 *
 * @param today the shop's date, `2026-11-23`; orders of today itself are not made up
 * @returns how many orders were added
 */
export function seedOrders(book: OrderBook, today: string): number {
  for (const each of shoppers) book.saveShopper(each.username, each.name)

  const days = Array.from({ length: daysKept }, (_, index) => addDays(today, index - daysKept))
  return book.addDays(days, ordersOfDay)
}

function ordersOfDay(day: string): NewOrder[] {
  const random = randomOf(day)
  const rush = festivals[day.slice(5)] ?? 1
  const buyers = shoppers.flatMap((each) =>
    Array.from({ length: Math.floor(each.perDay * rush + random()) }, () => each),
  )
  // A shop without a single order looks broken in a report, and a real one sells something every day.
  const atLeastOne = buyers.length > 0 ? buyers : [pick(shoppers, random)]
  const times = atLeastOne.map(() => startOf(day) + Math.floor(((7 + random() * 16.5) / 24) * dayLength))
  times.sort((left, right) => left - right)

  return times.map((placedAt, index) => {
    const [buyer] = atLeastOne.splice(Math.floor(random() * atLeastOne.length), 1)
    return orderOf(buyer!, day, index + 1, placedAt, random)
  })
}

/** Shopping festivals and the days around them, as a multiple of an ordinary day. */
const festivals: Readonly<Record<string, number>> = {
  '06-16': 1.5,
  '06-17': 2,
  '06-18': 3,
  '11-09': 1.5,
  '11-10': 2,
  '11-11': 4,
  '11-12': 2,
  '12-12': 2.5,
}

function orderOf(buyer: Shopper, day: string, number: number, placedAt: number, random: () => number): NewOrder {
  const items = itemsFor(buyer, random)
  const cancelled = random() < 0.04
  const shippedAt = placedAt + Math.floor((0.3 + random()) * dayLength)
  const deliveredAt = shippedAt + Math.floor((1 + random() * 3) * dayLength)
  const first = items[0]!
  const refunded = !cancelled && random() < 0.08

  return {
    id: `${day.replaceAll('-', '')}-${String(number).padStart(4, '0')}`,
    username: buyer.username,
    placedAt,
    shippedAt: cancelled ? undefined : shippedAt,
    deliveredAt: cancelled ? undefined : deliveredAt,
    cancelledAt: cancelled ? placedAt + Math.floor(random() * 5 * 60 * 60 * 1000) : undefined,
    items,
    refund: refunded
      ? {
          amount: first.unitPrice * first.quantity,
          reason: pick(refundReasons, random),
          refundedAt: deliveredAt + Math.floor((0.5 + random() * 5) * dayLength),
        }
      : undefined,
  }
}

function itemsFor(buyer: Shopper, random: () => number) {
  const count = 1 + Math.floor(random() * random() * 4)
  const chosen = new Set<Product>()
  while (chosen.size < count) {
    const liked = random() < 0.75
    const shelf = liked ? products.filter((each) => buyer.likes.includes(each.category)) : products
    const candidate = pick(shelf, random)
    // Nobody buys a tablet every week.
    if (candidate.price < 50_000 || random() < 0.08) chosen.add(candidate)
  }

  return [...chosen].map((each) => ({
    product: each,
    quantity: each.price < 10_000 && random() < 0.3 ? 2 : 1,
    unitPrice: each.price,
  }))
}

const pick = <Value>(from: readonly Value[], random: () => number) => from[Math.floor(random() * from.length)]!

/** The mulberry32 generator, started from a text: not for secrets, which is the point: every run makes the same shop. */
function randomOf(text: string): () => number {
  let state = 0
  for (const each of text) state = Math.imul(state ^ each.charCodeAt(0), 0x9e3779b1)

  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)

    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
