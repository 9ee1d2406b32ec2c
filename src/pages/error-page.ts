import type { MarkedLine, RedirectDiagnosis } from '../protocol/redirect-diagnosis.ts'
import type { ErrorId } from './error-ids.ts'
import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { layout, strong } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface ErrorPageModel extends PageContext {
  readonly id: ErrorId
  /** What the operator finds the whole story by. */
  readonly requestId: string
  /** What exactly was wrong, in the words of the wire. Shown in development only. */
  readonly description: string | undefined
  /** How the redirect address misses the registered ones. Shown in development only. */
  readonly diagnosis: RedirectDiagnosis | undefined
  /** Of the document that the client is described by, where that is what failed. */
  readonly host?: string | undefined
}

/** What a person is told; several numbers share one story, since the details are the developer's. */
type Story = 'signOut' | 'document' | 'app' | 'client' | 'address' | 'stale' | 'busy' | 'fault'

const stories: Readonly<Partial<Record<ErrorId, Story>>> = {
  'HF-AUTHZ-0101': 'client',
  'HF-AUTHZ-0102': 'document',
  'HF-AUTHZ-0103': 'document',
  'HF-REG-0410': 'document',
  'HF-AUTHZ-0104': 'address',
  'HF-AUTHZ-0105': 'address',
  'HF-AUTHZ-0106': 'stale',
  'HF-LOGOUT-0801': 'signOut',
  'HF-LOGOUT-0802': 'signOut',
  'HF-LOGOUT-0803': 'signOut',
  'HF-LOGOUT-0804': 'signOut',
  'HF-LIMIT-0601': 'busy',
  'HF-REG-0411': 'busy',
  'HF-LIMIT-0602': 'busy',
  'HF-LIMIT-0604': 'busy',
  'HF-LIMIT-0690': 'fault',
  'HF-LIMIT-0691': 'busy',
}

/**
 * For a request that must not be answered to the app. Nothing of the request becomes a link or a redirect; the
 * received address is shown, as text, in development alone (UX section 3.3).
 */
export function errorPage(model: ErrorPageModel, t: Messages): Html {
  const story = t.refusal[stories[model.id] ?? 'app']

  return layout(model, t, {
    title: story.heading,
    wide: model.development && model.diagnosis !== undefined,
    body: html`
      <h1>${story.heading}</h1>
      <p>${story.body}</p>
      ${model.host !== undefined && html`<p>${t.refusal.documentHost(strong(model.host))}</p>`}
      <p class="safe">${t.refusal.safe}</p>
      <p>${story.advice}</p>
      ${
        stories[model.id] === 'signOut' &&
        html`<a class="button main" href="${`${model.base}/sign-out`}">${t.signOut.submit}</a>`
      }
      ${model.development && developerPart(model, t)} ${reference(model, t)}
    `,
  })
}

/** The line to copy into a message to whoever can help: the number of the error and that of the request. */
const reference = ({ id, requestId, base }: ErrorPageModel, t: Messages) =>
  html`<dl class="reference">
    <dt>${t.refusal.reference}</dt>
    <dd><code>${id}</code> <code>${requestId}</code></dd>
    <dd><a href="${`${base}/errors/${id}`}">${t.refusal.explain}</a></dd>
  </dl>`

function developerPart({ id, description, diagnosis }: ErrorPageModel, t: Messages): Html {
  return html`<section class="aside" aria-labelledby="developer">
    <h2 id="developer">${t.refusal.developer}</h2>
    <p>${t.errors[id].meaning}</p>
    ${description !== undefined && html`<p lang="en" dir="ltr"><code>${description}</code></p>`}
    ${diagnosis !== undefined && diagnosisPart(diagnosis, t)}
  </section>`
}

function diagnosisPart(diagnosis: RedirectDiagnosis, t: Messages): Html {
  return html`<p>${t.redirect[diagnosis.difference]}</p>
    <dl class="compare">
      <dt>${t.refusal.received}</dt>
      <dd>${line(diagnosis.received, t)}</dd>
      <dt>${t.refusal.registered}</dt>
      ${diagnosis.registered.length === 0 && html`<dd>${t.refusal.noneRegistered}</dd>`}
      ${diagnosis.registered.map((each) => html`<dd>${line(each, t)}</dd>`)}
    </dl>`
}

/** The differing characters are marked for the eye by more than colour, and announced. */
const line = (parts: MarkedLine, t: Messages) =>
  html`<code dir="ltr"
    >${parts.map((part) =>
      part.differs ? html`<mark><span class="unseen">${t.refusal.differing} </span>${part.text}</mark>` : part.text,
    )}</code
  >`
