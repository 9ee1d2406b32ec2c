import type { Destination } from './destination.ts'
import { destinationOf, destinationText } from './destination.ts'
import type { Html } from './html.ts'
import { attributes, html } from './html.ts'
import type { PageContext } from './layout.ts'
import { foreign, layout } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface HandOffModel extends PageContext {
  readonly appName: string
  /** The registered redirect URI with the response in it, or without where that is posted. */
  readonly url: string
  /** The response where a form carries it (OAuth 2.0 Form Post Response Mode). */
  readonly fields?: Readonly<Record<string, string>>
  readonly outcome: 'allowed' | 'refused' | 'failed' | 'signedOut'
  /** False where the person should look before they go: an app nobody has reviewed sent an error. */
  readonly byItself: boolean
}

/**
 * Answers a form post that ends at an app: goes on by itself, and by the link `id="continue"` for who or what does
 * not follow. A private-use scheme is opened by the person alone, because browsers want a click for that.
 * Served with `form-action 'none'`, or with the one address that the form goes to (UX section 3.0).
 */
export function handOffPage(model: HandOffModel, t: Messages): Html {
  const destination: Destination = destinationOf(model.url)
  const byItself = model.byItself && destination.kind !== 'app'
  const app = foreign(model.appName)

  return layout(model, t, {
    title: t.handOff.title(model.appName),
    refreshTo: byItself && model.fields === undefined ? model.url : undefined,
    script: model.fields !== undefined,
    body: html`
      <h1>${byItself ? t.handOff.heading(app) : t.handOff.headingApp(app)}</h1>
      <p class="lead">${t.handOff[model.outcome]}</p>
      <p>${byItself ? t.handOff.waiting : t.handOff.waitingApp}</p>
      ${
        model.fields === undefined
          ? html`<a class="button main" id="continue" href="${model.url}" rel="noreferrer"
              >${t.handOff.link(model.appName)}</a
            >`
          : responseForm(model.url, model.fields, byItself, t.handOff.link(model.appName))
      }
      <dl class="facts">
        <div>
          <dt>${t.handOff.destination}</dt>
          <dd>${destinationText(destination, t)}</dd>
        </div>
      </dl>
    `,
  })
}

/** Sent by the script of the page, or by the button. */
const responseForm = (to: string, fields: Readonly<Record<string, string>>, byItself: boolean, button: string) =>
  html`<form method="post" action="${to}" ${attributes({ 'data-send': byItself })}>
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button class="main" id="continue" type="submit">${button}</button>
  </form>`
