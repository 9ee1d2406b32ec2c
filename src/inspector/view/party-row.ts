import { attributes, html, type Html } from '../../pages/html.ts'
import { requestLine, type Party } from '../message.ts'
import type { PageModel } from './page-model.ts'

const parties = ['owner', 'client', 'server', 'api'] as const satisfies readonly Party[]

/** The four parties, and an arrow from the one that speaks to the one that listens. The sentence below says the same. */
export function partyRow(model: PageModel): Html {
  const { t, step, message, selection } = model
  const isMachine = selection.kind === 'machine'
  const [from, to] = endsOf(model)
  const details: Readonly<Record<Party, string>> = {
    owner: isMachine ? t.parties.nobody : t.parties.ownerDetail,
    client: model.client?.name ?? model.view?.clientId ?? t.parties.clientUnknown,
    server: model.productName,
    api: model.view?.flow.messages.find((each) => each.kind === 'call')?.request.origin ?? 'API',
  }

  return html`<section class="parties" aria-labelledby="parties-title" data-region="parties">
    <h2 class="unseen" id="parties-title">${t.parties.title}</h2>
    <ul>
      ${parties.map(
        (party) =>
          html`<li
            class="party"
            data-party="${party}"
            ${attributes({ 'data-lit': party === from || party === to, 'data-absent': party === 'owner' && isMachine })}
          >
            ${icons[party]}
            <strong>${t.parties[party]}</strong>
            <span class="detail"><bdi>${details[party]}</bdi></span>
          </li>`,
      )}
    </ul>
    ${
      from !== undefined &&
      to !== undefined &&
      html`<div class="arrow" aria-hidden="true" data-from="${from}" data-to="${to}">
        <span class="letter">${step?.letter ?? ''}</span>
      </div>`
    }
    <p class="spoken">
      ${
        from === undefined || to === undefined
          ? t.parties.still
          : t.parties.message(t.parties[from], t.parties[to], lineOf(model))
      }
    </p>
  </section>`

  function lineOf({ step: shown }: PageModel): string {
    if (message === undefined) return ''
    if (shown?.part !== 'response') return requestLine(message).replace(/\?.*/, '')

    return message.response === undefined ? '…' : String(message.response.status)
  }
}

/** An answer goes the other way than its request. */
function endsOf({ step, message }: PageModel): readonly [Party | undefined, Party | undefined] {
  if (message === undefined) return [undefined, undefined]

  return step?.part === 'response' ? [message.to, message.from] : [message.from, message.to]
}

const icons: Readonly<Record<Party, Html>> = {
  owner: html`<svg class="icon" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <circle cx="16" cy="10" r="5.5" />
    <path d="M5 28c1-7 5.500-10.500 11-10.500S26 21 27 28" />
  </svg>`,
  client: html`<svg class="icon" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect x="4" y="6" width="24" height="20" rx="3" />
    <path d="M4 12h24M9 21v-3M14 21v-6M19 21v-4M24 21v-7" />
  </svg>`,
  server: html`<svg class="icon" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path d="M16 3l11 4v8c0 7-4.500 11.500-11 14C9.500 26.500 5 22 5 15V7z" />
    <path d="M16 10v5l-2 2 2 2v4" />
  </svg>`,
  api: html`<svg class="icon" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <ellipse cx="16" cy="8" rx="10" ry="4" />
    <path d="M6 8v16c0 2.200 4.500 4 10 4s10-1.800 10-4V8M6 16c0 2.200 4.500 4 10 4s10-1.800 10-4" />
  </svg>`,
}
