import type { Destination } from './destination.ts'
import { destinationOf, destinationText } from './destination.ts'
import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { foreign, layout } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface HandOffModel extends PageContext {
  readonly appName: string
  /** The registered redirect URI with the response in it. */
  readonly url: string
  readonly outcome: 'allowed' | 'refused' | 'failed'
  /** False where the person should look before they go: an app nobody has reviewed sent an error. */
  readonly byItself: boolean
}

/**
 * Answers a form post that ends at an app: goes on by itself, and by the link `id="continue"` for who or what does
 * not follow. A private-use scheme is opened by the person alone, because browsers want a click for that.
 * Served with `form-action 'none'` (UX section 3.0).
 */
export function handOffPage(model: HandOffModel, t: Messages): Html {
  const destination: Destination = destinationOf(model.url)
  const byItself = model.byItself && destination.kind !== 'app'
  const app = foreign(model.appName)

  return layout(model, t, {
    title: t.handOff.title(model.appName),
    refreshTo: byItself ? model.url : undefined,
    body: html`
      <h1>${byItself ? t.handOff.heading(app) : t.handOff.headingApp(app)}</h1>
      <p class="lead">${t.handOff[model.outcome]}</p>
      <p>${byItself ? t.handOff.waiting : t.handOff.waitingApp}</p>
      <a class="button main" id="continue" href="${model.url}" rel="noreferrer">${t.handOff.link(model.appName)}</a>
      <dl class="facts">
        <div>
          <dt>${t.handOff.destination}</dt>
          <dd>${destinationText(destination, t)}</dd>
        </div>
      </dl>
    `,
  })
}
