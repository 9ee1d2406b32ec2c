import { attributes, html, type Html } from '../../pages/html.ts'
import { toCurl } from '../curl.ts'
import { answerOf, formOf, queryOf, requestLine, type Message } from '../message.ts'
import { fieldList } from './fields.ts'
import { addressOf, type PageModel } from './page-model.ts'

/** The message as it was sent. */
export function messagePanel(model: PageModel): Html {
  const { t, message, step, selection, view } = model

  return html`<section class="column message" id="message" aria-labelledby="message-title" data-region="message">
    <div class="panel-head">
      <h2 id="message-title">${t.message.title}</h2>
      ${
        message !== undefined &&
        html`<nav class="toggle" aria-label="${t.controls.view}">
          ${([false, true] as const).map(
            (raw) =>
              html`<a
                data-swap
                href="${addressOf(selection, { raw, letter: step?.letter, flowId: view?.flow.id })}"
                ${attributes({ 'aria-current': selection.raw === raw && 'true' })}
                >${raw ? t.controls.raw : t.controls.pretty}</a
              >`,
          )}
        </nav>`
      }
    </div>
    ${message === undefined ? html`<p class="quiet">${emptyText(model)}</p>` : messageBody(model, message)}
  </section>`
}

function emptyText({ t, step, selection }: PageModel): string {
  if (step === undefined) return t.message.none
  if (step.status === 'not_applicable') return t.steps[step.letter][selection.kind].what

  return t.controls.waitingFor(step.letter)
}

function messageBody(model: PageModel, message: Message): Html {
  const { t, step, selection } = model
  const part = step?.part === 'both' || step?.letter === 'A' || step === undefined ? 'both' : step.part

  return html`
    ${siblings(model)} ${part !== 'response' && (selection.raw ? rawRequest(model, message) : request(model, message))}
    ${part !== 'request' && (selection.raw ? rawResponse(model, message) : response(model, message))}
    <p class="facts">
      ${message.durationMs !== undefined && t.message.took(Math.round(message.durationMs))} · ${t.message.seenBy}:
      ${message.seenBy.map((tap) => t.message.taps[tap]).join(', ')} · ${t.message.time}
      <time>${new Date(message.at).toISOString()}</time>
    </p>
    ${part !== 'response' && curl(model, message)} ${saveLinks(model)}
  `
}

function siblings({ t, step, message, selection, view }: PageModel): Html | undefined {
  if (step === undefined || step.messages.length < 2) return undefined

  return html`<details class="siblings" data-key="siblings">
    <summary>${t.message.others}: ${t.steps.several(step.messages.length)}</summary>
    <ol>
      ${step.messages.map(
        (each) =>
          html`<li>
            <a
              data-swap
              href="${addressOf(selection, { letter: step.letter, messageId: each.id, flowId: view?.flow.id })}"
              ${attributes({ 'aria-current': each.id === message?.id && 'true' })}
              ><code>${requestLine(each).replace(/\?.*? HTTP/, '?… HTTP')} → ${each.response?.status ?? '…'}</code></a
            >
          </li>`,
      )}
    </ol>
  </details>`
}

function request({ t }: PageModel, message: Message): Html {
  const query = [...queryOf(message)]
  const form = [...formOf(message)]
  const isOfPerson = ['sign_in', 'consent'].includes(message.kind)

  return html`<section class="half" aria-label="${t.message.request}">
    <h3>${t.message.request}</h3>
    <pre
      class="first-line"
      tabindex="0"
      aria-label="${t.message.request}"
      dir="ltr"
    ><code data-line="request">${requestLine(message)}</code></pre>
    <p class="quiet" dir="ltr"><code>${message.request.origin}</code></p>
    ${
      query.length > 0 &&
      html`<h4>${t.message.query}</h4>
        ${fieldList(t, 'parameter', query)}`
    }
    ${
      form.length > 0 &&
      html`<h4>${t.message.form}</h4>
        ${fieldList(t, 'parameter', form)}`
    }
    ${isOfPerson && html`<p class="quiet">${t.message.byPerson}</p>`}
    ${
      Object.keys(message.request.headers).length === 0 || message.seenBy.every((tap) => tap === 'guard')
        ? html`<p class="quiet">${t.message.noHeaders}</p>`
        : headers(t, message.request.headers, 'request')
    }
  </section>`
}

function response({ t }: PageModel, message: Message): Html {
  if (message.response === undefined)
    return html`<section class="half">
      <h3>${t.message.response}</h3>
      <p class="quiet">${t.message.noResponse}</p>
    </section>`
  const { status, headers: sent, body } = message.response
  const members = Object.entries(answerOf(message))
  const isFlat = members.length > 0 && message.kind !== 'call'

  return html`<section class="half" aria-label="${t.message.response}">
    <h3>${t.message.response}</h3>
    <pre
      class="first-line"
      tabindex="0"
      aria-label="${t.message.response}"
      dir="ltr"
    ><code data-line="status" data-good="${String(status < 400)}">HTTP/1.1 ${status}</code></pre>
    ${landing(t, message)}
    ${
      isFlat &&
      html`<h4>${t.message.json}</h4>
        ${fieldList(t, message.kind === 'introspect' ? 'claim' : 'answer', members)}`
    }
    ${
      !isFlat &&
      body !== '' &&
      html`<h4>${t.message.body}</h4>
        ${block(t.message.body, pretty(body))}`
    }
    ${(sent['content-type'] ?? '').startsWith('text/html') && html`<p class="quiet">${t.message.page}</p>`}
    ${headers(t, sent, 'response')}
  </section>`
}

function landing(t: PageModel['t'], message: Message): Html | undefined {
  const target = message.landing
  if (target === undefined) return undefined
  const mark = target.indexOf('?')

  return html`<h4>${t.message.landing}</h4>
    <p dir="ltr"><code class="value">${mark < 0 ? target : target.slice(0, mark)}</code></p>
    ${
      mark >= 0 &&
      html`<h4>${t.message.landingParameters}</h4>
        ${fieldList(t, 'parameter', [...new URLSearchParams(target.slice(mark + 1))])}`
    }`
}

/** Headers that are part of the protocol; where there are none of them the list stays closed. */
const telling = ['authorization', 'www-authenticate', 'location', 'demo-clock']

const headers = (t: PageModel['t'], sent: Readonly<Record<string, string>>, key: string) =>
  html`<details
    class="headers"
    data-key="${`headers-${key}`}"
    ${attributes({ open: telling.some((name) => name in sent) })}
  >
    <summary>${t.message.headers}</summary>
    ${fieldList(t, 'header', Object.entries(sent))}
  </details>`

function rawRequest({ t }: PageModel, message: Message): Html {
  const { headers: sent, body } = message.request
  const text = [requestLine(message), ...lines(sent), '', body].join('\n')

  return html`<section class="half">
    <h3>${t.message.request}</h3>
    ${block(t.message.request, text)}
  </section>`
}

function rawResponse({ t }: PageModel, message: Message): Html {
  const { response: answer } = message
  const text =
    answer === undefined
      ? t.message.noResponse
      : [`HTTP/1.1 ${answer.status}`, ...lines(answer.headers), '', answer.body].join('\n')

  return html`<section class="half">
    <h3>${t.message.response}</h3>
    ${block(t.message.response, text)}
  </section>`
}

const lines = (sent: Readonly<Record<string, string>>) =>
  Object.entries(sent).map(([name, value]) => `${name}: ${value}`)

export const block = (label: string, text: string) =>
  html`<pre class="block" tabindex="0" aria-label="${label}" dir="ltr"><code>${text}</code></pre>`

const curl = ({ t }: PageModel, message: Message) =>
  html`<details class="curl" data-key="curl">
    <summary>${t.controls.curl}</summary>
    ${block(t.controls.curl, toCurl(message))}
    <p><button type="button" class="button" data-copy="curl" hidden>${t.controls.copy}</button></p>
  </details>`

function saveLinks({ t, view, mayShowSecrets }: PageModel): Html | undefined {
  if (view === undefined) return undefined
  const base = `/inspector/export?flow=${view.flow.id}`

  return html`<details class="save" data-key="save">
    <summary>${t.controls.exportTitle}</summary>
    <p>
      <a href="${`${base}&format=json`}" download>${t.controls.exportJson}</a> ·
      <a href="${`${base}&format=har`}" download>${t.controls.exportHar}</a>
    </p>
    ${
      mayShowSecrets &&
      html`<p>
        ${t.controls.exportSecrets}:
        <a href="${`${base}&format=json&secrets=1`}" download>${t.controls.exportJson}</a> ·
        <a href="${`${base}&format=har&secrets=1`}" download>${t.controls.exportHar}</a>
      </p>`
    }
    <p class="quiet">${t.controls.exportNote}</p>
  </details>`
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    return body
  }
}
