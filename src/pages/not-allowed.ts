import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { layout } from './layout.ts'
import type { Messages } from './locales/en.ts'

/** For somebody who is signed in, yet not as who may see the page. What the page is, is not said. */
export const notAllowedPage = (model: PageContext, t: Messages): Html =>
  layout(model, t, {
    title: t.notAllowed.title,
    body: html`
      <h1>${t.notAllowed.title}</h1>
      <p>${t.notAllowed.body}</p>
      <a class="button" href="${`${model.base}/sign-in`}">${t.notAllowed.signIn}</a>
    `,
  })
