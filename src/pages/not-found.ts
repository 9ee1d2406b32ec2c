import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { layout } from './layout.ts'
import type { Messages } from './locales/en.ts'

/** For a path that is nothing here. The path itself is not repeated. */
export const notFoundPage = (model: PageContext, t: Messages): Html =>
  layout(model, t, {
    title: t.notFound.title,
    body: html`
      <h1>${t.notFound.title}</h1>
      <p>${t.notFound.body}</p>
      <a class="button" href="${`${model.base}/`}">${t.notFound.home}</a>
    `,
  })
