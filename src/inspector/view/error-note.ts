import { html, type Html } from '../../pages/html.ts'
import { isErrorId } from '../../pages/error-ids.ts'
import type { PageModel } from './page-model.ts'

/** A refusal by its public number: what it means, the most frequent cause, the fix, and the page about it. */
export function errorNote({ t, errors }: Pick<PageModel, 't' | 'errors'>, code: string): Html {
  if (!isErrorId(code)) return html`<p class="bad-note"><code>${code}</code></p>`
  const text = errors[code]

  return html`<div class="error-note" data-code="${code}">
    <h3><code>${code}</code> ${text.title}</h3>
    <p>${text.meaning}</p>
    <h4>${t.drills.cause}</h4>
    <p>${text.causes[0] ?? ''}</p>
    <h4>${t.drills.fix}</h4>
    <ul>
      ${text.fix.map((each) => html`<li>${each}</li>`)}
    </ul>
    <p><a href="${`/errors/${code}`}">${t.drills.page} ${code}</a></p>
  </div>`
}
