import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { csrfField, foreign, layout, strong } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface SignOutModel extends PageContext {
  /** Who is signed in; `undefined` shows that nobody is. */
  readonly account: string | undefined
  /** Where it is posted: field `csrf`. */
  readonly action: string
  readonly csrf: string
  /** The name of the app that sent the person here, if it said who it is. */
  readonly app?: string | undefined
  /** Names of apps that are told. */
  readonly told: readonly string[]
  /** What the form has besides: the request of the app. */
  readonly fields?: Readonly<Record<string, string>>
}

/** Asks first: a GET alone never signs anybody out (UX-3.5). */
export function signOutPage(model: SignOutModel, t: Messages): Html {
  if (model.account === undefined)
    return layout(model, t, {
      title: t.signOut.submit,
      body: html`<h1>${t.signOut.submit}</h1>
        <p>${t.signOut.nobody}</p>
        <a class="button" href="${`${model.base}/`}">${t.signOut.home}</a>`,
    })

  return layout(model, t, {
    title: t.signOut.title,
    body: html`
      <h1>${t.signOut.title}</h1>
      ${model.app !== undefined && html`<p class="lead">${t.signOut.askedBy(strong(model.app))}</p>`}
      <p>${t.signOut.signedInAs(strong(model.account))}</p>
      <p>${t.signOut.body(foreign(model.productName))}</p>
      <p class="note">${t.signOut.apps}</p>
      ${
        model.told.length > 0 &&
        html`<p>${t.signOut.told}</p>
          <ul>
            ${model.told.map((each) => html`<li>${foreign(each)}</li>`)}
          </ul>`
      }
      <form class="answers" method="post" action="${model.action}">
        ${csrfField(model.csrf)}
        ${Object.entries(model.fields ?? {}).map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
        )}
        <a class="button" href="${`${model.base}/`}">${t.signOut.stay}</a>
        <button class="main" type="submit">${t.signOut.submit}</button>
      </form>
    `,
  })
}

/** After signing out. */
export const signedOutPage = (model: PageContext, t: Messages): Html =>
  layout(model, t, {
    title: t.signOut.doneTitle,
    body: html`
      <h1>${t.signOut.doneTitle}</h1>
      <p>${t.signOut.doneBody(foreign(model.productName))}</p>
      <p class="note">${t.signOut.apps}</p>
      <a class="button" href="${`${model.base}/sign-in`}">${t.signOut.again}</a>
    `,
  })
