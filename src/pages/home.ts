import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { foreign, layout, strong } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface HomeModel extends PageContext {
  /** Who is signed in in this browser. */
  readonly account: string | undefined
  /** The path of the flow inspector, where there is one. */
  readonly inspectorPath: string | undefined
}

/** What this server is, for who comes across it; also the help page of all others. */
export function homePage(model: HomeModel, t: Messages): Html {
  const product = foreign(model.productName)

  return layout(model, t, {
    title: t.home.title(model.productName),
    wide: true,
    body: html`
      <h1>${t.home.heading(product)}</h1>
      <p class="lead">${t.home.lead}</p>
      ${
        model.account === undefined
          ? html`<p>${t.home.signedOut}</p>
              <a class="button main" href="${`${model.base}/sign-in`}">${t.home.signIn}</a>`
          : html`<p>${t.home.signedInAs(strong(model.account))}</p>
              <a class="button" href="${`${model.base}/sign-out`}">${t.home.signOut}</a>`
      }
      <h2>${t.home.questions}</h2>
      <dl class="questions">
        ${t.home.answers.map(
          ({ question, answer }) =>
            html`<dt>${question}</dt>
              <dd>${answer}</dd>`,
        )}
      </dl>
      <h2>${t.home.developers}</h2>
      <ul class="links">
        ${model.inspectorPath !== undefined && html`<li><a href="${model.inspectorPath}">${t.home.inspector}</a></li>`}
        <li><a href="${`/.well-known/oauth-authorization-server${model.base}`}">${t.home.metadata}</a></li>
      </ul>
    `,
  })
}
