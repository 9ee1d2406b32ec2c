import type { Language } from '../protocol/resource.ts'
import { languages } from '../protocol/resource.ts'
import { assetAddress } from './assets.ts'
import type { Html } from './html.ts'
import { attributes, html } from './html.ts'
import type { Messages } from './locales/en.ts'

/** What every page is told. */
export interface PageContext {
  readonly productName: string
  /** The path of the issuer, with which every address of ours begins; empty if it has none. */
  readonly base: string
  /** Shows the banner, and on error pages the exact cause. */
  readonly development: boolean
  /**
   * The path under which a GET shows this same page, for the language links; `undefined` where there is none. It is
   * always our own, never taken from a request's parameters.
   */
  readonly path: string | undefined
}

interface PageParts {
  /** The name of the page for the tab and the history: the same as its heading, without markup. */
  readonly title: string
  readonly body: Html
  /** Goes there by itself at once: only the hand-off page (UX section 3.0). */
  readonly refreshTo?: string | undefined
  /** Loads the small script that can show a password, and sends a form once. */
  readonly script?: boolean
  readonly wide?: boolean
}

const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '中文' }

/** The one frame of all pages: the mark and name, one card with one `h1`, and a footer. */
export function layout(context: PageContext, t: Messages, parts: PageParts): Html {
  return html`<!doctype html>
    <html lang="${t.lang}" dir="${t.dir}">
      <head>
        <meta charset="utf-8" />
        <title>${t.shell.titleOf(parts.title, context.productName)}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${parts.refreshTo !== undefined && html`<meta http-equiv="refresh" content="0;url=${parts.refreshTo}" />`}
        <link rel="icon" type="image/svg+xml" href="${context.base + assetAddress('mark.svg')}" />
        <link rel="stylesheet" href="${context.base + assetAddress('hufu.css')}" />
        ${parts.script === true && html`<script src="${context.base + assetAddress('hufu.js')}" defer></script>`}
      </head>
      <body>
        <header>
          ${context.development && html`<p class="banner">${t.shell.development}</p>`}
          <a class="product" href="${`${context.base}/`}">
            <img src="${context.base + assetAddress('mark.svg')}" alt="" width="36" height="36" />
            <span>${context.productName}</span>
          </a>
        </header>
        <main ${attributes({ class: parts.wide === true ? 'card wide' : 'card' })}>${parts.body}</main>
        ${footer(context, t)}
      </body>
    </html> `
}

/** A text of somebody else inside a sentence: whichever way it is written, it does not turn the rest around. */
export const foreign = (text: string): Html => html`<bdi>${text}</bdi>`

/** The same, standing out. */
export const strong = (text: string): Html => html`<strong><bdi>${text}</bdi></strong>`

/** The hidden field that proves a form is ours (attack row UI-01). */
export const csrfField = (csrf: string): Html => html`<input type="hidden" name="csrf" value="${csrf}" />`

/** Where forms of a page may be sent: to us, nowhere, or to one address of an app and nowhere else. */
export type FormAction = 'self' | 'none' | { readonly only: string }

/**
 * The headers of a page. `formAction` is `none` where no form may be sent: on the hand-off page, since Chromium
 * holds the whole redirect chain after a post against it.
 *
 * @see UX sections 3.0 and 9; OAuth 2.1 section 7.11
 */
export const pageHeaders = (options: { readonly formAction: FormAction }): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'none'; connect-src 'self'; " +
    `form-action ${formActionSource(options.formAction)}; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`,
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-frame-options': 'DENY',
})

/** A policy compares no query, and signs that separate its parts are written as escapes (CSP level 3 section 2.3.1). */
const formActionSource = (to: FormAction) =>
  typeof to === 'string'
    ? `'${to}'`
    : to.only.replace(/\?.*$/, '').replace(/[;,']/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

function footer(context: PageContext, t: Messages): Html {
  const { path } = context
  const others = languages.filter((each) => each !== t.lang)

  return html`<footer>
    <nav aria-label="${t.shell.footer}">
      <ul>
        ${
          path !== undefined &&
          others.map(
            (each) =>
              html`<li>
                <a href="${`${path}?lang=${each}`}" hreflang="${each}" lang="${each}">${languageNames[each]}</a>
              </li>`,
          )
        }
        ${path !== `${context.base}/` && html`<li><a href="${`${context.base}/`}">${t.shell.help}</a></li>`}
      </ul>
    </nav>
  </footer>`
}
