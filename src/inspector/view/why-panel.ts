import { html, type Html } from '../../pages/html.ts'
import type { Comparison } from '../model.ts'
import { authorizationResponseOf } from '../message.ts'
import { errorNote } from './error-note.ts'
import { guardPanel } from './guard-panel.ts'
import type { PageModel } from './page-model.ts'
import { tallyPanel } from './tally-panel.ts'
import { tokenPanel } from './token-panel.ts'

/** What the selected step is, why it is there, and what in it was checked. */
export function whyPanel(model: PageModel): Html {
  const { t, step, selection, view } = model
  const text = step && t.steps[step.letter][selection.kind]

  return html`<section class="column why" id="why" aria-labelledby="why-title" data-region="why">
    <h2 id="why-title">${t.why.title}</h2>
    ${
      text === undefined
        ? html`<p class="quiet">${t.why.none}</p>`
        : html`<p class="what">${text.what}</p>
            <p>${text.why}</p>`
    }
    ${view !== undefined && step !== undefined && step.status !== 'not_applicable' && details()}
  </section>`

  function details() {
    const { letter } = step!
    const isBroken = letter === 'D' && view!.tally.state === 'mismatch'
    const showsTally = selection.kind === 'person' && (letter === 'A' || letter === 'C' || isBroken)
    const code = model.message?.errorCode ?? model.message?.decision?.refusal?.id

    return html`
      ${showsTally && tallyPanel(model)} ${letter === 'B' && comparisons(model)} ${letter === 'D' && tokenPanel(model)}
      ${(letter === 'E' || letter === 'F') && guardPanel(model)}
      ${code !== undefined && letter !== 'C' && letter !== 'E' && errorNote(model, code)}
    `
  }
}

function comparisons({ t, view, message }: PageModel): Html | undefined {
  if (view?.state === undefined || view.issuer === undefined) return undefined
  const error = message && authorizationResponseOf(message)?.get('error')

  return html`<h3>${t.why.compare}</h3>
    ${comparison(t, t.why.state, view.state)} ${comparison(t, t.why.issuer, view.issuer)}
    ${typeof error === 'string' && html`<p class="bad-note">${t.why.denied(error)}</p>`}`
}

const comparison = (t: PageModel['t'], title: string, { sent, returned, same }: Comparison) =>
  html`<div class="comparison" data-same="${String(same)}">
    <p>
      <span class="verdict" data-good="${String(same)}">${same ? t.why.compareSame : t.why.compareDiffers}</span>
      ${title}
    </p>
    <dl>
      <dt>${t.why.sent}</dt>
      <dd><code dir="ltr">${sent ?? t.why.missing}</code></dd>
      <dt>${t.why.returned}</dt>
      <dd><code dir="ltr">${returned ?? t.why.missing}</code></dd>
    </dl>
  </div>`
