import { html, type Html } from '../../pages/html.ts'
import { clientIdOf, viewOf } from '../model.ts'
import type { Flow } from '../flow-book.ts'
import { addressOf, type PageModel } from './page-model.ts'

/** Rows shown; more are kept and can be reached by their address. */
const maxRows = 30

/** The newest flows of both kinds. */
export function flowList(model: PageModel): Html {
  const { t, flows } = model

  return html`<section class="flows" id="flows" aria-labelledby="flows-title" data-region="flows">
    <h2 id="flows-title">${t.flows.title}</h2>
    ${
      flows.length === 0
        ? html`<p class="quiet">${t.flows.none}</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="flows-caption">
            <table>
              <caption id="flows-caption">
                ${t.flows.caption}
              </caption>
              <thead>
                <tr>
                  <th scope="col">${t.flows.id}</th>
                  <th scope="col">${t.flows.began}</th>
                  <th scope="col">${t.flows.app}</th>
                  <th scope="col">${t.flows.steps}</th>
                  <th scope="col">${t.flows.drill}</th>
                </tr>
              </thead>
              <tbody>
                ${flows.slice(0, maxRows).map((flow) => row(model, flow))}
              </tbody>
            </table>
          </div>`
    }
  </section>`
}

function row({ t, view, selection, clientNames }: PageModel, flow: Flow): Html {
  const clientId = flow.messages.map(clientIdOf).find((each) => each !== undefined)
  const texts: Readonly<Record<string, { name: string }>> = t.drills.names
  const steps = viewOf(flow, '').steps.filter((each) => each.status === 'done' || each.status === 'refused')
  const address = addressOf(selection, {
    kind: flow.kind,
    flowId: flow.id,
    letter: undefined,
    messageId: undefined,
    guided: false,
  })

  return html`<tr>
    <th scope="row">
      <a data-swap href="${address}"><code>${flow.id}</code></a>
      ${flow.id === view?.flow.id && html`<span class="quiet">${t.flows.current}</span>`}
    </th>
    <td><time>${new Date(flow.startedAt).toISOString().slice(11, 19)}</time></td>
    <td><bdi>${(clientId && clientNames.get(clientId)) ?? clientId ?? t.flows.ordinary}</bdi></td>
    <td>
      ${steps.map((step) => html`<span class="tiny" data-status="${step.status}">${step.letter}${step.status === 'refused' && '✕'}</span> `)}
    </td>
    <td>${flow.note === undefined ? t.flows.ordinary : (texts[flow.note.drill]?.name ?? flow.note.drill)}</td>
  </tr>`
}
