import { DatabaseSync } from 'node:sqlite'
import { dayAt } from './calendar.ts'
import type { Product, Words } from './catalogue.ts'

export interface NewOrder {
  readonly id: string
  readonly username: string
  /** All times in milliseconds since 1970. */
  readonly placedAt: number
  readonly shippedAt: number | undefined
  readonly deliveredAt: number | undefined
  readonly cancelledAt: number | undefined
  readonly items: readonly { readonly product: Product; readonly quantity: number; readonly unitPrice: number }[]
  readonly refund: { readonly amount: number; readonly reason: Words; readonly refundedAt: number } | undefined
}

/** Money on the wire is a decimal text in yuan, `"299.00"`: a number would invite arithmetic with fractions. */
export interface OrderAnswer {
  readonly id: string
  readonly placedAt: string
  readonly status: 'paid' | 'shipped' | 'delivered' | 'cancelled'
  readonly total: string
  readonly currency: 'CNY'
  readonly items: readonly {
    readonly sku: string
    readonly name: Words
    readonly category: string
    readonly quantity: number
    readonly unitPrice: string
  }[]
}

export interface RefundAnswer {
  readonly orderId: string
  readonly amount: string
  readonly currency: 'CNY'
  readonly reason: Words
  readonly refundedAt: string
}

export interface DailyStats {
  readonly date: string
  readonly orders: number
  readonly amount: string
}

/** A person as the tokens name them: a subject means nothing without the server that issued it. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

export type OrderBook = ReturnType<typeof openOrderBook>

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS shoppers (
    id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, name_en TEXT NOT NULL, name_zh TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS identities (
    issuer TEXT NOT NULL, subject TEXT NOT NULL, shopper_id INTEGER NOT NULL REFERENCES shoppers,
    PRIMARY KEY (issuer, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, shopper_id INTEGER NOT NULL REFERENCES shoppers, placed_on TEXT NOT NULL,
    placed_at INTEGER NOT NULL, shipped_at INTEGER, delivered_at INTEGER, cancelled_at INTEGER, total INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS orders_of_shopper ON orders (shopper_id, placed_at);
  CREATE INDEX IF NOT EXISTS orders_of_day ON orders (placed_on);
  CREATE TABLE IF NOT EXISTS items (
    order_id TEXT NOT NULL REFERENCES orders, position INTEGER NOT NULL, sku TEXT NOT NULL, category TEXT NOT NULL,
    name_en TEXT NOT NULL, name_zh TEXT NOT NULL, quantity INTEGER NOT NULL, unit_price INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS refunds (
    order_id TEXT PRIMARY KEY REFERENCES orders, amount INTEGER NOT NULL,
    reason_en TEXT NOT NULL, reason_zh TEXT NOT NULL, refunded_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`

/** The shop's own records, in a file of its own: the API and the authorization server share no database. */
export function openOrderBook(file: string) {
  const database = new DatabaseSync(file)
  database.exec(schema)

  return {
    saveShopper(username: string, name: Words): void {
      database
        .prepare('INSERT INTO shoppers (username, name_en, name_zh) VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING')
        .run(username, name.en, name['zh-CN'])
    },

    /**
     * Says which shopper an account of an authorization server is. The API trusts this table and never a name, an
     * e-mail address or an order number from a request; a shop with its own accounts writes the row when the two are
     * connected. False if there is no such shopper.
     */
    linkShopper(username: string, identity: Identity): boolean {
      const outcome = database
        .prepare(
          `INSERT INTO identities (issuer, subject, shopper_id) SELECT ?, ?, id FROM shoppers WHERE username = ?
           ON CONFLICT (issuer, subject) DO UPDATE SET shopper_id = excluded.shopper_id`,
        )
        .run(identity.issuer, identity.subject, username)

      return outcome.changes === 1
    },

    findShopper(identity: Identity): number | undefined {
      const row = database
        .prepare('SELECT shopper_id FROM identities WHERE issuer = ? AND subject = ?')
        .get(identity.issuer, identity.subject)

      return row === undefined ? undefined : (row['shopper_id'] as number)
    },

    /** Adds the orders of each day that is not in the book yet, all or nothing. Returns how many orders it added. */
    addDays(days: readonly string[], ordersOf: (day: string) => readonly NewOrder[]): number {
      let added = 0
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const day of days) {
          if (database.prepare('INSERT INTO days (day) VALUES (?) ON CONFLICT DO NOTHING').run(day).changes === 0)
            continue
          for (const order of ordersOf(day)) {
            insert(database, order)
            added++
          }
        }
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
      return added
    },

    /** The newest orders of one shopper first. */
    findOrders(shopper: number, from: number, limit: number, now: number): OrderAnswer[] {
      const rows = database
        .prepare('SELECT * FROM orders WHERE shopper_id = ? AND placed_at >= ? ORDER BY placed_at DESC LIMIT ?')
        .all(shopper, from, limit)

      return rows.map((row) => toOrder(database, row, now))
    },

    /** The order only if it is this shopper's: asking for the owner in the query leaves no moment to forget it. */
    findOrder(shopper: number, id: string, now: number): OrderAnswer | undefined {
      const row = database.prepare('SELECT * FROM orders WHERE id = ? AND shopper_id = ?').get(id, shopper)

      return row === undefined ? undefined : toOrder(database, row, now)
    },

    findRefunds(shopper: number, from: number, limit: number, now: number): RefundAnswer[] {
      const rows = database
        .prepare(
          `SELECT refunds.* FROM refunds JOIN orders ON orders.id = refunds.order_id
           WHERE orders.shopper_id = ? AND refunded_at >= ? AND refunded_at <= ? ORDER BY refunded_at DESC LIMIT ?`,
        )
        .all(shopper, from, now, limit)

      return rows.map((row) => ({
        orderId: row['order_id'] as string,
        amount: yuan(row['amount'] as number),
        currency: 'CNY',
        reason: { en: row['reason_en'] as string, 'zh-CN': row['reason_zh'] as string },
        refundedAt: new Date(row['refunded_at'] as number).toISOString(),
      }))
    },

    /** What the whole shop sold on one day, cancelled orders left out. */
    findDailyStats(day: string): DailyStats {
      const row = database
        .prepare(
          `SELECT count(*) AS orders, coalesce(sum(total), 0) AS amount FROM orders
           WHERE placed_on = ? AND cancelled_at IS NULL`,
        )
        .get(day)!

      return { date: day, orders: row['orders'] as number, amount: yuan(row['amount'] as number) }
    },

    close: () => database.close(),
  }
}

function insert(database: DatabaseSync, order: NewOrder): void {
  const total = order.items.reduce((sum, each) => sum + each.quantity * each.unitPrice, 0)
  database
    .prepare(
      `INSERT INTO orders (id, shopper_id, placed_on, placed_at, shipped_at, delivered_at, cancelled_at, total)
       VALUES (?, (SELECT id FROM shoppers WHERE username = ?), ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      order.id,
      order.username,
      dayAt(order.placedAt),
      order.placedAt,
      order.shippedAt ?? null,
      order.deliveredAt ?? null,
      order.cancelledAt ?? null,
      total,
    )
  for (const [position, item] of order.items.entries()) {
    const { sku, category, name } = item.product
    database
      .prepare('INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(order.id, position, sku, category, name.en, name['zh-CN'], item.quantity, item.unitPrice)
  }
  if (order.refund === undefined) return

  const { amount, reason, refundedAt } = order.refund
  database
    .prepare('INSERT INTO refunds VALUES (?, ?, ?, ?, ?)')
    .run(order.id, amount, reason.en, reason['zh-CN'], refundedAt)
}

function toOrder(database: DatabaseSync, row: Record<string, unknown>, now: number): OrderAnswer {
  const id = row['id'] as string
  const items = database.prepare('SELECT * FROM items WHERE order_id = ? ORDER BY position').all(id)

  return {
    id,
    placedAt: new Date(row['placed_at'] as number).toISOString(),
    status: statusOf(row, now),
    total: yuan(row['total'] as number),
    currency: 'CNY',
    items: items.map((item) => ({
      sku: item['sku'] as string,
      name: { en: item['name_en'] as string, 'zh-CN': item['name_zh'] as string },
      category: item['category'] as string,
      quantity: item['quantity'] as number,
      unitPrice: yuan(item['unit_price'] as number),
    })),
  }
}

/** From what has happened by now. A refund is no status: whoever may see orders may not thereby see refunds. */
function statusOf(row: Record<string, unknown>, now: number): OrderAnswer['status'] {
  const hasHappened = (name: string) => row[name] !== null && (row[name] as number) <= now
  if (hasHappened('cancelled_at')) return 'cancelled'
  if (hasHappened('delivered_at')) return 'delivered'

  return hasHappened('shipped_at') ? 'shipped' : 'paid'
}

const yuan = (fen: number) => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
