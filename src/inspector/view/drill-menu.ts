import { html, type Html } from '../../pages/html.ts'
import { csrfField } from '../../pages/layout.ts'
import { errorNote } from './error-note.ts'
import type { Message } from '../message.ts'
import { letterOf } from '../model.ts'
import { addressOf, type PageModel } from './page-model.ts'

/** The eleven drills, each a button of a form, so that they work without a script. */
export function drillMenu({ t, drills, csrf }: PageModel): Html {
  const texts: Readonly<Record<string, { name: string; detail: string }>> = t.drills.names

  return html`<section class="drills" id="drills" aria-labelledby="drills-title" data-region="drills">
    <h2 id="drills-title">${t.drills.title}</h2>
    <p>${drills.length === 0 ? t.drills.none : t.drills.lead}</p>
    <ul>
      ${drills.map(
        ({ name, code }) =>
          html`<li>
            <form method="post" action="${`/inspector/drills/${name}`}" data-drill="${name}">
              ${csrfField(csrf)}
              <h3>${texts[name]?.name ?? name}</h3>
              <p>${texts[name]?.detail ?? ''}</p>
              <p class="expects">${t.drills.expects} <code>${code}</code></p>
              <button class="button" aria-label="${`${t.drills.run}: ${texts[name]?.name ?? name}`}">
                ${t.drills.run}
              </button>
            </form>
          </li>`,
      )}
    </ul>
  </section>`
}

/** How the drill that made the shown flow ended: code, cause, fix, and the page about it (UX section 2). */
export function drillResult(model: PageModel): Html {
  const { t, view, drillFailed } = model
  const note = view?.flow.note
  const texts: Readonly<Record<string, { name: string; detail: string }>> = t.drills.names
  if (drillFailed) return html`<section data-region="result"><p class="bad-note">${t.drills.failed}</p></section>`
  if (note === undefined) return html`<section data-region="result" hidden></section>`
  const met = note.code === note.expected
  const refused = view?.flow.messages.findLast(
    (each) => (each.errorCode ?? each.decision?.refusal?.id) === note.code && note.code !== undefined,
  )

  return html`<section class="result" data-region="result" data-met="${String(met)}" aria-labelledby="result-title">
    <h2 id="result-title">${t.drills.result}: ${texts[note.drill]?.name ?? note.drill}</h2>
    <p>
      <span class="verdict" data-good="${String(met)}">${met ? t.drills.met : t.drills.unmet}</span>
      <code dir="ltr">${note.answer}</code>
      ${refused !== undefined && html`<a data-swap href="${addressTo(refused)}">${t.drills.show}</a>`}
    </p>
    ${note.code !== undefined && errorNote(model, note.code)}
  </section>`

  /** Under its step if it has one; the answer is the step after the request. */
  function addressTo(message: Message): string {
    const asked = letterOf(message)
    const letter = asked === 'C' ? 'D' : asked === 'E' ? 'F' : asked

    return addressOf(model.selection, { flowId: view?.flow.id, letter, messageId: message.id })
  }
}
