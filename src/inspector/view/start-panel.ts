import { html, type Html } from '../../pages/html.ts'
import type { PageModel } from './page-model.ts'

/** How to begin. It stays while a flow is shown, in one line, since the next one begins the same way. */
export function startPanel({ t, selection, demo, view }: PageModel): Html {
  const isPerson = selection.kind === 'person'
  const hasFlow = view !== undefined

  return html`<section class="start" data-region="start" aria-label="${isPerson ? t.start : t.machine.name}">
    ${!hasFlow && html`<p>${t.empty[selection.kind]}</p>`}
    ${
      isPerson &&
      demo !== undefined &&
      html`<p class="begin">
        <a class="button main" id="start" href="${demo.appUrl}" target="_blank" rel="noopener">${t.start}</a>
        ${!hasFlow && html`<span>${t.startNote} ${t.demoAccount(demo.username)}</span>`}
      </p>`
    }
    ${!isPerson && html`<p class="begin"><code class="command">${demo?.jobCommand ?? 'npm run demo:job'}</code></p>`}
  </section>`
}
