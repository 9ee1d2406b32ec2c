import { html, type Html } from '../../pages/html.ts'
import type { Comparison } from '../model.ts'
import type { StepView } from '../model.ts'
import { authorizationResponseOf, type MessageKind } from '../message.ts'
import { isErrorId } from '../../pages/error-ids.ts'
import { errorNote } from './error-note.ts'
import { guardPanel } from './guard-panel.ts'
import type { PageModel } from './page-model.ts'
import { tallyPanel } from './tally-panel.ts'
import { tokenPanel } from './token-panel.ts'

/** What the selected step is, why it is there, and what in it was checked. */
export function whyPanel(model: PageModel): Html {
  const { t, step, selection, view, message } = model
  const text = step && t.steps[step.letter][selection.kind]
  const after = message && afterTexts[message.kind]

  return html`<section class="column why" id="why" aria-labelledby="why-title" data-region="why">
    <h2 id="why-title">${t.why.title}</h2>
    ${text === undefined && html`<p>${after === undefined ? t.why.none : t.after.about[after]}</p>`}
    ${
      text !== undefined &&
      html`<p class="what">${text.what}</p>
        <p>${text.why}</p>`
    }
    ${step === undefined && refusal(model)}
    ${view !== undefined && step !== undefined && step.status !== 'not_applicable' && details(model, step)}
  </section>`
}

/** What comes after F has no step of its own. */
const afterTexts: Readonly<Partial<Record<MessageKind, 'refresh' | 'revoke' | 'introspect'>>> = {
  token_refresh: 'refresh',
  revoke: 'revoke',
  introspect: 'introspect',
}

function details(model: PageModel, { letter, part }: StepView): Html {
  const isBroken = letter === 'D' && model.view?.tally.state === 'mismatch'
  const showsTally = model.selection.kind === 'person' && (letter === 'A' || letter === 'C' || isBroken)

  return html`${part !== 'request' || letter === 'A' ? refusal(model) : undefined} ${showsTally && tallyPanel(model)}
  ${letter === 'B' && comparisons(model)} ${letter === 'D' && tokenPanel(model)}
  ${(letter === 'E' || letter === 'F') && guardPanel(model)}`
}

/** The result of a drill already explains its refusal at the top of the page. */
function refusal(model: PageModel): Html | undefined {
  const { t, errors, message, view } = model
  const code = message?.errorCode ?? message?.decision?.refusal?.id
  if (code === undefined) return undefined
  if (code !== view?.flow.note?.code || !isErrorId(code)) return errorNote(model, code)

  return html`<p class="bad-note">${t.why.refused} <code>${code}</code> ${errors[code].title}</p>`
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
