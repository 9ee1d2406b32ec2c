import { html, type Html } from '../../pages/html.ts'
import type { PageModel } from './page-model.ts'

/** Every check that a guard may make, in its order; how the token is proved is one of the first two. */
const order = ['type', 'issuer', 'audience', 'time', 'scope'] as const

/** The guard's checks as a list, each ticked, failed or never reached. */
export function guardPanel({ t, message }: PageModel): Html | undefined {
  if (message === undefined) return undefined
  const { decision } = message
  if (decision === undefined)
    return html`<h3>${t.guard.title}</h3>
      <p class="quiet">${t.guard.none}</p>`
  const texts: Readonly<Record<string, string>> = t.guard.checks
  const made = decision.checks
  const notReached = order.filter((name) => !made.some((check) => check.name === name))

  return html`<div class="guard">
    <h3>${t.guard.title}</h3>
    ${made.length === 0 && html`<p>${t.guard.noToken}</p>`}
    <ul class="checks">
      ${made.map(
        (check) =>
          html`<li data-check="${check.name}" data-good="${String(check.passed)}">
            <span class="verdict" data-good="${String(check.passed)}"
              >${check.passed ? t.guard.passed : t.guard.failed}</span
            >
            ${texts[check.name] ?? check.name}
          </li>`,
      )}
      ${notReached.map(
        (name) =>
          html`<li data-check="${name}" data-good="none">
            <span class="verdict" data-good="none">${t.guard.notLooked}</span> ${texts[name]}
          </li>`,
      )}
    </ul>
    ${
      decision.neededScope.length > 0 &&
      html`<p class="quiet">${t.guard.needs}: <code>${decision.neededScope.join(' ')}</code></p>`
    }
  </div>`
}
