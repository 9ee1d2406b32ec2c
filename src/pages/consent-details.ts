import type { Html } from './html.ts'
import { html } from './html.ts'
import { foreign, strong } from './layout.ts'
import type { Messages } from './locales/en.ts'

/** One thing an app asks for in detail, in the language of the page. */
export interface ConsentDetail {
  readonly title: string
  readonly description: string
  /** One act, allowed for this time alone. */
  readonly transaction: boolean
  /** What it costs, with its currency. */
  readonly money: string | undefined
  readonly fields: readonly { readonly title: string; readonly values: readonly string[] }[]
}

/** Single acts before what lasts; of each the money first, since that is what people look for. */
export function detailList(details: readonly ConsentDetail[], t: Messages): Html {
  const [once, lasting] = [details.filter((each) => each.transaction), details.filter((each) => !each.transaction)]

  return html`${once.length > 0 && group(t.consent.once, once)}
  ${lasting.length > 0 && group(t.consent.inDetail, lasting)}`
}

const group = (heading: string, details: readonly ConsentDetail[]) =>
  html`<h2>${heading}</h2>
    ${details.map(
      ({ title, description, money, fields }) =>
        html`<section class="detail">
          <h3>${foreign(title)}</h3>
          ${money !== undefined && html`<p class="money">${strong(money)}</p>`}
          ${description !== '' && html`<p>${foreign(description)}</p>`}
          <dl class="facts">
            ${fields.map(
              (field) =>
                html`<div>
                  <dt>${foreign(field.title)}</dt>
                  <dd>${field.values.map((each) => html`<span>${foreign(each)}</span> `)}</dd>
                </div>`,
            )}
          </dl>
        </section>`,
    )}`
