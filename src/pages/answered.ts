import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { layout } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface AnsweredModel extends PageContext {
  /** `expired` stands for a transaction that is over, unknown, or of another browser: they are not told apart. */
  readonly kind: 'answered' | 'expired'
  /** The app, if it is known to this browser; its home page is the registered one, never a request's. */
  readonly app: { readonly name: string; readonly homepage: string | undefined } | undefined
}

/** For a page that was left open, opened twice, or come back to (attack row UI-13). */
export function answeredPage(model: AnsweredModel, t: Messages): Html {
  const expired = model.kind === 'expired'
  const title = expired ? t.answered.expiredTitle : t.answered.title

  return layout(model, t, {
    title,
    body: html`
      <h1>${title}</h1>
      <p>${expired ? t.answered.expiredBody : t.answered.body}</p>
      <p>${t.answered.advice}</p>
      ${
        model.app?.homepage !== undefined &&
        html`<a class="button main" href="${model.app.homepage}" rel="noreferrer"
          >${t.answered.home(model.app.name)}</a
        >`
      }
    `,
  })
}
