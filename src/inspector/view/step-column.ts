import { attributes, html, type Html } from '../../pages/html.ts'
import { requestLine } from '../message.ts'
import { letters, type FlowView, type StepView } from '../model.ts'
import { shown } from './fields.ts'
import { addressOf, type PageModel } from './page-model.ts'

/** The six steps, each with the first line of its message: the table of contents of a flow. */
export function stepColumn(model: PageModel): Html {
  const { t, view, selection, step, steps } = model

  return html`<section class="column steps" id="steps" aria-labelledby="steps-title" data-region="steps" tabindex="-1">
    <h2 id="steps-title">${t.steps.title}</h2>
    <ol>
      ${steps.map((each) => stepItem(model, each))}
    </ol>
    ${view !== undefined && controls()}
  </section>`

  function controls(): Html {
    const at = letters.indexOf(step?.letter ?? 'A')
    const next = letters[at + 1]
    const previous = letters[at - 1]

    return html`<div class="controls">
      ${
        selection.guided &&
        html`<p class="guide">
          ${
            previous !== undefined &&
            html`<a class="button" data-swap href="${to(previous)}">${t.controls.previous(previous)}</a>`
          }
          ${
            next !== undefined &&
            html`<a class="button main" data-swap data-next href="${to(next)}">${t.controls.next(next)}</a>`
          }
        </p>`
      }
      <p>
        <a
          data-swap
          href="${addressOf(selection, { guided: !selection.guided, letter: selection.guided ? undefined : 'A', messageId: undefined })}"
          >${selection.guided ? t.controls.unguided : t.controls.guided}</a
        >
      </p>
      <p>
        <button type="button" class="link" data-replay hidden>
          ${t.controls.replay(step === undefined || step.letter === 'F' ? 'A' : step.letter)}
        </button>
      </p>
    </div>`
  }

  function to(letter: StepView['letter']) {
    return addressOf(selection, { letter, messageId: undefined, flowId: view?.flow.id })
  }
}

function stepItem(model: PageModel, step: StepView): Html {
  const { t, selection, view } = model
  const { letter, status } = step
  const text = t.steps[letter][selection.kind]

  return html`<li class="step" data-step="${letter}" data-status="${status}">
    <a
      class="inside"
      data-swap
      href="${addressOf(selection, { letter, messageId: undefined, flowId: view?.flow.id })}"
      ${attributes({ 'aria-current': model.step?.letter === letter && 'step' })}
    >
      <span class="letter" aria-hidden="true">${letter}</span>
      <span class="name"><span class="unseen">${letter}, </span>${text.name}</span>
      <span class="status" data-status="${status}">${t.steps.status[status]}</span>
      ${step.main !== undefined && html`<code class="line" dir="ltr">${lineOf(step, view)}</code>`}
      ${status === 'not_applicable' && html`<span class="line">${text.what} ${text.why}</span>`}
      <span class="figure">${t.steps.figure(step.figure)}</span>
    </a>
  </li>`
}

/** One line for a step: what is asked for C, E and A, what is answered for D and F. */
function lineOf({ part, main, letter }: StepView, view: FlowView | undefined): string {
  if (main === undefined) return ''
  const status = main.response?.status ?? main.decision?.refusal?.status
  if (part === 'response') {
    const error = main.errorCode === undefined ? '' : ` ${main.errorCode}`
    if (letter === 'D' && view?.token !== undefined && error === '')
      return `${status ?? '…'} ${view.token.jwt === undefined ? 'opaque' : shown(view.token.jwt.header['typ'] ?? 'JWT')}`

    return `${status ?? '…'}${error}`
  }

  return `${requestLine(main)}${part === 'both' || letter === 'A' ? ` → ${status ?? '…'}` : ''}`
}
