import type { Html } from './html.ts'
import { attributes, html } from './html.ts'
import type { PageContext } from './layout.ts'
import { csrfField, foreign, layout, strong } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface SignInModel extends PageContext {
  /** The app that sent the person here; `undefined` when they came by themselves. */
  readonly app:
    | {
        readonly name: string
        readonly host: string | undefined
        /** It asks for a device elsewhere. */
        readonly onDevice?: boolean
      }
    | undefined
  /** Where the form is posted: fields `csrf`, `username`, `password`. */
  readonly action: string
  readonly csrf: string
  /** What the person typed last time; empty at first. */
  readonly username: string
  readonly problem: SignInProblem | undefined
  /** Where cancelling is posted: field `csrf`. Only with an app. */
  readonly cancelAction: string | undefined
  /** The demo's account, never set outside of it: a button signs in with these. */
  readonly demo: { readonly username: string; readonly password: string } | undefined
}

/** `wrong` says the same for an unknown name and a wrong password (UX-3.1b). */
export type SignInProblem =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; /** Whole minutes, at least 1. */ readonly minutes: number }

/** Name and password on one page (UX section 3.1). Nothing has the focus by itself, so the page is read from its top. */
export function signInPage(model: SignInModel, t: Messages): Html {
  const problem = model.problem === undefined ? undefined : problemText(model.problem, t)
  const marked = problem !== undefined

  return layout(model, t, {
    title: t.signIn.title,
    script: true,
    body: html`
      <h1>${t.signIn.title}</h1>
      <p class="lead">${purpose(model, t)}</p>
      ${marked && html`<p class="problem" id="problem" role="alert">${problem}</p>`}
      <form method="post" action="${model.action}">
        ${csrfField(model.csrf)}
        <div class="field">
          <label for="username">${t.signIn.username}</label>
          <input
            id="username"
            name="username"
            type="text"
            value="${model.username}"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            dir="auto"
            maxlength="320"
            required
            ${attributes({ 'aria-invalid': marked && 'true', 'aria-describedby': marked && 'problem' })}
          />
        </div>
        <div class="field">
          <label for="password">${t.signIn.password}</label>
          <div class="password">
            <input
              id="password"
              name="password"
              type="password"
              autocomplete="current-password"
              autocapitalize="none"
              spellcheck="false"
              data-show="${t.signIn.show}"
              data-hide="${t.signIn.hide}"
              required
              ${attributes({ 'aria-invalid': marked && 'true', 'aria-describedby': marked && 'problem' })}
            />
          </div>
        </div>
        <button class="main" type="submit">${t.signIn.submit}</button>
      </form>
      ${model.demo !== undefined && demoForm(model, model.demo, t)}
      ${
        model.app !== undefined &&
        model.cancelAction !== undefined &&
        html`<form class="cancel" method="post" action="${model.cancelAction}">
          ${csrfField(model.csrf)}
          <button class="quiet" type="submit">
            ${model.app.onDevice === true ? t.device.cancel : t.signIn.cancel(model.app.name)}
          </button>
        </form>`
      }
    `,
  })
}

function purpose({ app, productName }: SignInModel, t: Messages): Html {
  if (app === undefined) return t.signIn.alone(foreign(productName))
  const named = html`${strong(app.name)}${app.host !== undefined && html` <span class="host">(${foreign(app.host)})</span>`}`

  return app.onDevice === true ? t.device.signIn(named) : t.signIn.toContinueTo(named)
}

const problemText = (problem: SignInProblem, t: Messages) =>
  problem.kind === 'wrong' ? t.signIn.wrong : t.signIn.throttled(problem.minutes)

const demoForm = (model: SignInModel, demo: { username: string; password: string }, t: Messages) =>
  html`<section class="aside" aria-labelledby="demo">
    <h2 id="demo">${t.signIn.demoTitle}</h2>
    <form method="post" action="${model.action}">
      ${csrfField(model.csrf)}
      <input type="hidden" name="username" value="${demo.username}" />
      <input type="hidden" name="password" value="${demo.password}" />
      <button type="submit">${t.signIn.demo}</button>
    </form>
    <p class="note">${t.signIn.demoNote(foreign(demo.username))}</p>
  </section>`
