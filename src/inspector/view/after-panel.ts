import { html, type Html } from '../../pages/html.ts'
import type { ChainLink } from '../chain.ts'
import { answerOf, type Message } from '../message.ts'
import { mask } from '../redact.ts'
import { addressOf, type PageModel } from './page-model.ts'

/** What comes after F: refreshing, revoking, asking about a token, and the refresh token without an end. */
export function afterPanel(model: PageModel): Html {
  const { t, view, client } = model
  if (view === undefined || view.flow.kind === 'machine') return html`<section data-region="after" hidden></section>`

  return html`<section class="after" data-region="after" aria-labelledby="after-title">
    <h2 id="after-title">${t.after.title}</h2>
    <div class="cards">
      <section class="small-card" data-card="refresh">
        <h3>${t.after.refresh}</h3>
        ${view.chain.length === 0 && html`<p>${t.after.refreshNoToken}</p>`}
        ${view.chain.length === 1 && html`<p>${t.after.refreshNone}</p>`} ${view.chain.length > 0 && chain(model)}
      </section>
      <section class="small-card" data-card="revoke">
        <h3>${t.after.revoke}</h3>
        <p>${view.revocations.length === 0 ? t.after.revokeNone : t.after.revoked}</p>
        ${links(model, view.revocations)}
      </section>
      <section class="small-card" data-card="introspect">
        <h3>${t.after.introspect}</h3>
        <p>${introspectText(model)}</p>
        ${links(model, view.introspections)}
      </section>
      <section class="small-card" data-card="never">
        <h3>${t.after.never}</h3>
        ${
          client !== undefined &&
          html`<p>
            ${
              client.refreshIdle === 'never'
                ? t.after.neverSet
                : t.after.neverNot(t.after.days(Math.round(client.refreshIdle / 86_400)))
            }
          </p>`
        }
        <p>${t.after.neverAbout}</p>
      </section>
    </div>
  </section>`
}

const chain = (model: PageModel) => {
  const refreshes = model.view!.flow.messages.filter((each) => each.kind === 'token_refresh')

  return html`<ol class="chain">
      ${model.view!.chain.map((link, index) => chainLink(model, link, index))}
    </ol>
    ${links(model, refreshes)}`
}

const chainLink = ({ t }: PageModel, link: ChainLink, index: number) =>
  html`<li data-link="${link.status}">
    <strong>${t.after.generation(index + 1)}</strong> <code dir="ltr">${mask(link.token)}</code>
    <span class="status">${t.after.link[link.status]}</span>
    ${link.reused && html`<span class="bad-note">${t.after.reused}</span>`}
  </li>`

function introspectText({ t, view }: PageModel): string {
  const last = view?.introspections.at(-1)

  return last === undefined ? t.after.introspectNone : t.after.introspected(String(answerOf(last)['active']))
}

const links = ({ t, selection, view }: PageModel, messages: readonly Message[]) =>
  messages.length > 0 &&
  html`<ul class="message-links">
    ${messages.slice(-5).map(
      (each) =>
        html`<li>
          <a data-swap href="${addressOf(selection, { letter: undefined, messageId: each.id, flowId: view?.flow.id })}"
            ><code
              >${each.request.method} ${each.request.target.replace(/\?.*/, '')} → ${each.response?.status ?? '…'}
              ${each.errorCode ?? ''}</code
            >
            <span class="unseen">${t.after.open}</span></a
          >
        </li>`,
    )}
  </ul>`
