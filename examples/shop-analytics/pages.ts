import { columnChart, rowChart } from './chart.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'
import { byCategory, byMonth, isPaidFor, toFen } from './orders.ts'
import type { Order, Refund } from './orders.ts'
import { languages, notices, words } from './words.ts'
import type { Language, Notice, Word } from './words.ts'

export interface PageContext {
  readonly language: Language
  readonly formToken: string
  readonly notice: Notice | undefined
}

export interface DashboardModel {
  readonly orders: readonly Order[]
  /** `undefined`: not shared. */
  readonly refunds: readonly Refund[] | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Before anything is connected: what the app does and one button. */
export function landingPage(page: PageContext): string {
  const say = words[page.language]

  return layout(
    page,
    say.promise,
    html`<section class="hero">
        <h1>${say.promise}</h1>
        <p class="lead">${say.lead}</p>
        <form method="post" action="/connect">
          ${hidden(page)}<button class="primary" id="connect">${say.connect}</button>
        </form>
      </section>
      <section class="card">
        <h2>${say.howTitle}</h2>
        <ol class="how">
          <li>${say.how1}</li>
          <li>${say.how2}</li>
          <li>${say.how3}</li>
        </ol>
      </section>`,
  )
}

/** The orders as pictures, each with a table that says the same. */
export function dashboardPage(page: PageContext, model: DashboardModel): string {
  const { language } = page
  const say = words[language]
  const money = moneyIn(language)
  const counted = model.orders.filter(isPaidFor)
  const spent = counted.reduce((sum, each) => sum + toFen(each.total), 0)
  const refunded = model.refunds?.reduce((sum, each) => sum + toFen(each.amount), 0)
  const facts = [
    fact(say.spent, money(spent)),
    fact(say.orders, new Intl.NumberFormat(language).format(counted.length)),
    fact(say.average, money(counted.length === 0 ? 0 : Math.round(spent / counted.length))),
    fact(say.refunded, refunded === undefined ? '—' : money(refunded)),
  ]
  const pictures = counted.length === 0 ? html`<p class="card">${say.noOrders}</p>` : charts(model, language)

  return layout(
    page,
    say.yourYear,
    html`<h1>${say.yourYear}</h1>
      <p class="state"><span class="dot" aria-hidden="true"></span>${say.connected}</p>
      <dl class="facts">${facts}</dl>
      <div class="pair">${pictures}</div>
      ${latestOrders(model.orders, language)} ${refundList(page, model.refunds)}
      ${accessCard(page, model.refunds !== undefined)}`,
  )
}

/** Connected, but the shop does not answer. */
export function unavailablePage(page: PageContext): string {
  const say = words[page.language]

  return layout(
    page,
    say.product,
    html`<h1>${say.yourYear}</h1>
      <p class="notice" role="status">${say.shopUnavailable}</p>
      ${accessCard(page, undefined)}`,
  )
}

/** One sentence and the way back. */
export function messagePage(page: PageContext, word: Word): string {
  const say = words[page.language]

  return layout(
    page,
    say.product,
    html`<h1>${say[word]}</h1>
      <p><a href="/">${say.tryAgain}</a></p>`,
  )
}

function layout(page: PageContext, title: string, content: Html): string {
  const say = words[page.language]
  const notice =
    page.notice === undefined ? undefined : html`<p class="notice" role="status">${say[notices[page.notice]]}</p>`
  const others = languages
    .filter((each) => each !== page.language)
    .map((each) => html`<a href="/?lang=${each}" lang="${each}" hreflang="${each}">${words[each].language}</a>`)

  return html`<!doctype html>
    <html lang="${page.language}" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${say.product}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#content">${say.skip}</a>
        <header class="top">
          <a class="brand" href="/"
            ><svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
              <rect x="2" y="13" width="5" height="9" rx="1.5"></rect>
              <rect x="9.5" y="7" width="5" height="15" rx="1.5"></rect>
              <rect x="17" y="2" width="5" height="20" rx="1.5"></rect></svg
            >${say.product}</a
          >
          <nav aria-label="language">${others}</nav>
        </header>
        <main id="content">${notice}${content}</main>
        <footer><p>${say.footer}</p></footer>
      </body>
    </html> `.markup
}

const hidden = (page: PageContext) => html`<input type="hidden" name="csrf" value="${page.formToken}" />`

const fact = (name: string, value: string) =>
  html`<div class="fact">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

function charts(model: DashboardModel, language: Language): Html {
  const say = words[language]
  const money = moneyIn(language)
  const shortMonth = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' })
  const longMonth = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const months = byMonth(model.orders, model.now).map(({ key, fen }) => {
    const date = new Date(`${key}-01T00:00:00Z`)
    return { label: shortMonth.format(date), name: longMonth.format(date), value: fen, text: money(fen) }
  })
  const categories = byCategory(model.orders).map(({ key, fen }) => {
    const name = Object.hasOwn(say, key) ? say[key as Word] : say.other
    return { label: name, name, value: fen, text: money(fen) }
  })
  const shared = { asTable: say.asTable, valueColumn: say.amount }

  return html`${columnChart('by-month', months, { ...shared, title: say.byMonth, nameColumn: say.month })}
  ${rowChart('by-category', categories, { ...shared, title: say.byCategory, nameColumn: say.category })}`
}

function latestOrders(orders: readonly Order[], language: Language): Html | undefined {
  if (orders.length === 0) return undefined

  const say = words[language]
  const rows = orders.slice(0, 8).map(
    (each) =>
      html`<tr>
        <th scope="row" class="mono">${each.id}</th>
        <td class="date">${dateIn(language, each.placedAt)}</td>
        <td>
          ${each.items.map((item) => item.name[language] + (item.quantity > 1 ? ` × ${item.quantity}` : '')).join(', ')}
        </td>
        <td>${statusIn(language, each.status)}</td>
        <td class="number">${moneyIn(language)(toFen(each.total))}</td>
      </tr>`,
  )

  return html`<section class="card" id="latest">
    <h2>${say.latest}</h2>
    ${scrolling(
      say.latest,
      html`<table>
        <thead>
          <tr>
            <th scope="col">${say.order}</th>
            <th scope="col">${say.date}</th>
            <th scope="col">${say.items}</th>
            <th scope="col">${say.status}</th>
            <th scope="col" class="number">${say.total}</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
    )}
  </section>`
}

function refundList(page: PageContext, refunds: readonly Refund[] | undefined): Html {
  const { language } = page
  const say = words[language]
  const rows = refunds?.map(
    (each) =>
      html`<tr>
        <th scope="row" class="mono">${each.orderId}</th>
        <td class="date">${dateIn(language, each.refundedAt)}</td>
        <td>${each.reason[language]}</td>
        <td class="number">${moneyIn(language)(toFen(each.amount))}</td>
      </tr>`,
  )
  const content =
    rows === undefined
      ? html`<p>${say.refundsNotShared}</p>
          <form method="post" action="/connect">${hidden(page)}<button id="share">${say.shareRefunds}</button></form>`
      : rows.length === 0
        ? html`<p>${say.noRefunds}</p>`
        : scrolling(
            say.refunds,
            html`<table>
              <thead>
                <tr>
                  <th scope="col">${say.order}</th>
                  <th scope="col">${say.date}</th>
                  <th scope="col">${say.reason}</th>
                  <th scope="col" class="number">${say.amount}</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>`,
          )

  return html`<section class="card" id="refunds">
    <h2>${say.refunds}</h2>
    ${content}
  </section>`
}

function accessCard(page: PageContext, sharesRefunds: boolean | undefined): Html {
  const say = words[page.language]
  const refunds =
    sharesRefunds === undefined
      ? undefined
      : html`<li>${say.canSeeRefunds}: ${sharesRefunds ? say.shared : say.notShared}</li>`

  return html`<section class="card" id="access">
    <h2>${say.access}</h2>
    <ul>
      <li>${say.canSeeOrders}: ${say.shared}</li>
      ${refunds}
    </ul>
    <form method="post" action="/disconnect">
      ${hidden(page)}<button id="disconnect" aria-describedby="disconnect-note">${say.disconnect}</button>
      <span class="note" id="disconnect-note">${say.disconnectNote}</span>
    </form>
  </section>`
}

/** A wide table scrolls by itself, also by keyboard, so that the page never does. */
const scrolling = (name: string, table: Html) =>
  html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${table}</div>`

const statusIn = (language: Language, status: string) =>
  ['paid', 'shipped', 'delivered', 'cancelled'].includes(status) ? words[language][status as Word] : status

const dateIn = (language: Language, time: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(new Date(time))

const moneyIn = (language: Language) => {
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
  })
  return (fen: number) => format.format(fen / 100)
}
