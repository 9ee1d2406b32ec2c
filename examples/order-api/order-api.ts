import express from 'express'
import type { Express, Response } from 'express'
import { callerOf, createGuard, expressGuard, expressMetadata } from 'hufu/guard'
import type { GuardOptions } from 'hufu/guard'
import { addDays, dayAt, isDay, startOf } from './calendar.ts'
import { openOrderBook } from './order-book.ts'
import type { OrderBook } from './order-book.ts'
import { daysKept, seedOrders } from './seed.ts'

export { openOrderBook, seedOrders, dayAt }
export type { OrderBook }

export interface OrderApiOptions {
  readonly book: OrderBook
  /** This API's identifier: the `aud` of tokens for it, character for character. No slash at the end. */
  readonly resource: string
  /** The authorization server whose tokens count. */
  readonly issuer: string
  /** Only for opaque tokens; JWTs are checked here, with the issuer's published keys. */
  readonly introspection?: GuardOptions['introspection']
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly fetch?: typeof fetch
  readonly onDecision?: GuardOptions['onDecision']
}

/** Orders in one answer at most. */
const maxOrders = 500

/** The shop's orders over HTTP, for apps that hold an access token. */
export function createOrderApi(options: OrderApiOptions): Express {
  const { book } = options
  const now = options.now ?? Date.now
  const guard = createGuard({
    resource: options.resource,
    issuer: options.issuer,
    scopesSupported: ['orders.read', 'refunds.read', 'orders.stats'],
    resourceName: 'Order API',
    now,
    ...(options.introspection && { introspection: options.introspection }),
    ...(options.fetch && { fetch: options.fetch }),
    ...(options.onDecision && { onDecision: options.onDecision }),
  })
  const person = (scope: string) => expressGuard(guard, { scope: [scope], subjectType: 'person' })
  const client = (scope: string) => expressGuard(guard, { scope: [scope], subjectType: 'client' })

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((_request, response, next) => {
    response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    next()
  })
  app.use(expressMetadata(guard))

  app.get('/', (_request, response) => {
    response.json({ name: 'Order API', metadata: options.resource + guard.metadataPath })
  })

  app.get('/orders', person('orders.read'), (request, response) => {
    const range = readRange(request.query, now())
    if (range === undefined) return refuseQuery(response)

    // Which shopper the caller is follows from the token alone; there is no parameter to name another.
    const shopper = book.findShopper(callerOf(request))
    response.json({ orders: shopper === undefined ? [] : book.findOrders(shopper, range.from, range.limit, now()) })
  })

  app.get('/orders/:id', person('orders.read'), (request, response) => {
    // The token says that this app may read orders of this person. It does not say that this order is theirs: only
    // the shop's own records do, and order numbers can be guessed. Somebody else's order is therefore asked for
    // together with its owner, and answered exactly as one that does not exist.
    const shopper = book.findShopper(callerOf(request))
    const order = shopper === undefined ? undefined : book.findOrder(shopper, String(request.params['id']), now())
    if (order === undefined) response.status(404).json({ error: 'not_found' })
    else response.json(order)
  })

  app.get('/refunds', person('refunds.read'), (request, response) => {
    const range = readRange(request.query, now())
    if (range === undefined) return refuseQuery(response)

    const shopper = book.findShopper(callerOf(request))
    response.json({ refunds: shopper === undefined ? [] : book.findRefunds(shopper, range.from, range.limit, now()) })
  })

  // Sums of the whole shop are nobody's own: they are for the shop's jobs, not for an app that acts for a person.
  app.get('/stats/daily', client('orders.stats'), (request, response) => {
    const date = request.query['date'] ?? addDays(dayAt(now()), -1)
    if (typeof date !== 'string' || !isDay(date)) return refuseQuery(response)

    response.json(book.findDailyStats(date))
  })

  app.use((_request, response) => void response.status(404).json({ error: 'not_found' }))
  return app
}

/** `from`: a date, at the earliest a year ago and a year ago by default. `limit`: 1 to 500, 500 by default. */
function readRange(query: Readonly<Record<string, unknown>>, now: number) {
  const earliest = addDays(dayAt(now), -daysKept)
  const { from = earliest, limit = String(maxOrders) } = query
  if (typeof from !== 'string' || !isDay(from) || typeof limit !== 'string' || !/^[1-9]\d{0,2}$/.test(limit))
    return undefined

  return { from: startOf(from > earliest ? from : earliest), limit: Math.min(Number(limit), maxOrders) }
}

const refuseQuery = (response: Response): void => void response.status(400).json({ error: 'bad_query' })

if (import.meta.main) {
  const { ISSUER, PORT = '9120', RESOURCE = `http://127.0.0.1:${PORT}`, DATA = ':memory:', SHOPPERS } = process.env
  if (ISSUER === undefined) {
    console.error('Set ISSUER. PORT (9120), RESOURCE, DATA (a file) and SHOPPERS ("li.wei=SUBJECT,…") are optional.')
    process.exit(2)
  }

  const book = openOrderBook(DATA)
  seedOrders(book, dayAt(Date.now()))
  for (const [username, subject] of SHOPPERS?.split(',').map((each) => each.split('=')) ?? []) {
    if (username !== undefined && subject !== undefined) book.linkShopper(username, { issuer: ISSUER, subject })
  }
  createOrderApi({ book, resource: RESOURCE, issuer: ISSUER }).listen(Number(PORT), '127.0.0.1', () =>
    console.log(`ready ${RESOURCE}`),
  )
}
