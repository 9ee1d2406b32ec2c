import type { Seconds } from '../base/time.ts'
import type { ScopeText } from '../protocol/resource.ts'
import { detailList } from './consent-details.ts'
import type { ConsentDetail } from './consent-details.ts'
import type { Destination } from './destination.ts'
import { destinationText } from './destination.ts'
import type { DeviceNotice } from './device.ts'
import { deviceNotice } from './device.ts'
import type { Html } from './html.ts'
import { attributes, html } from './html.ts'
import type { PageContext } from './layout.ts'
import { csrfField, foreign, layout, strong } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface ConsentModel extends PageContext {
  readonly app: {
    readonly clientId: string
    readonly name: string
    readonly developer: string | undefined
    /** Reviewed by the operator: no warning then. */
    readonly reviewed: boolean
    /** Of the document that describes the app: all that is proved about it. */
    readonly host?: string | undefined
    /** The name of another app, or the server's, that this name can be taken for. */
    readonly looksLike?: string | undefined
  }
  /** The name the signed-in person knows their account by. */
  readonly account: string
  /** `undefined` where nothing goes on from this browser. */
  readonly destination: Destination | undefined
  /** Set if the answer goes to a device and not on with this browser. */
  readonly device: DeviceNotice | undefined
  /** The redirect may end at any program of this computer that took the port (requirements R8). */
  readonly anyLocalProgram: boolean
  readonly scopes: readonly ConsentScope[]
  /** What is asked for beyond names: a payment, an order (RFC 9396). */
  readonly details: readonly ConsentDetail[]
  /** Titles of what the app could ask for and has not: shown as what it cannot do. At most three are shown. */
  readonly notAsked: readonly string[]
  readonly until: Until
  /** Where the answer is posted: fields `csrf`, `decision` (`allow` or `deny`), and `scope` for each ticked optional one. */
  readonly action: string
  /** Where "use another account" is posted: field `csrf`. */
  readonly switchAction: string
  readonly csrf: string
}

/** One permission in the language of the page. */
export interface ConsentScope {
  readonly name: string
  readonly title: string
  readonly detail: string
  readonly access: ScopeText['access']
  /** The person may leave it out. Not asked again once it was allowed. */
  readonly optional: boolean
  /** Allowed before. It is listed and no longer a choice; the server keeps it. */
  readonly granted: boolean
}

export type Until =
  | { readonly kind: 'removed' }
  /** Ends after `over`, or when unused for `unused`; at least one of them. */
  | { readonly kind: 'lasting'; readonly over: Seconds | undefined; readonly unused: Seconds | undefined }
  | { readonly kind: 'once'; readonly lifetime: Seconds }

/** Who asks, for what, until when, where you go next, and how to say no: in that order (UX sections 0 and 3.2). */
export function consentPage(model: ConsentModel, t: Messages): Html {
  const { app, device } = model
  const fresh = model.scopes.filter((each) => !each.granted)
  const granted = model.scopes.filter((each) => each.granted)

  return layout(model, t, {
    title: device === undefined ? t.consent.title(app.name) : t.device.consentTitle(app.name),
    script: true,
    wide: true,
    body: html`
      <div class="tally" aria-hidden="true">
        <span class="half app">${initial(app.name)}</span><span class="half ours">${initial(model.productName)}</span>
      </div>
      <h1>
        ${device === undefined ? t.consent.heading(foreign(app.name)) : t.device.consentHeading(foreign(app.name))}
      </h1>
      <p class="lead">${maker(model, t)}</p>
      ${standing(model, t)} ${device !== undefined && deviceNotice(device, foreign(app.name), t)}
      <form class="account" method="post" action="${model.switchAction}">
        ${csrfField(model.csrf)}
        <span>${t.consent.signedInAs(strong(model.account))}</span>
        <button class="link" type="submit">${t.consent.anotherAccount}</button>
      </form>
      <form id="answer" method="post" action="${model.action}">
        ${csrfField(model.csrf)} ${detailList(model.details, t)}
        ${fresh.length > 0 && scopeList(granted.length > 0 ? t.consent.fresh : t.consent.able, fresh, t)}
        ${granted.length > 0 && scopeList(t.consent.already, granted, t)}
        <h2>${t.consent.unable}</h2>
        <ul class="cannot">
          <li>${t.consent.unablePassword}</li>
          ${model.notAsked.slice(0, 3).map((title) => html`<li>${foreign(title)}</li>`)}
        </ul>
        <dl class="facts">
          <div>
            <dt>${t.consent.until}</dt>
            <dd>${untilText(model.until, t)}</dd>
          </div>
          ${
            model.destination !== undefined &&
            html`<div>
              <dt>${t.consent.destination}</dt>
              <dd>${destinationText(model.destination, t)}</dd>
            </div>`
          }
        </dl>
        <div class="answers">
          <button type="submit" name="decision" value="deny">${t.consent.cancel}</button>
          <button ${attributes({ class: device === undefined && 'main' })} type="submit" name="decision" value="allow">
            ${t.consent.allow}
          </button>
        </div>
      </form>
      ${next(model, t)}
    `,
  })
}

const initial = (name: string) => Array.from(name.trim())[0] ?? ''

const maker = ({ app, productName }: ConsentModel, t: Messages) =>
  app.host !== undefined
    ? t.consent.fromHost(strong(app.host), foreign(productName))
    : app.developer === undefined
      ? t.consent.madeByOthers(foreign(productName))
      : t.consent.madeBy(foreign(app.developer), foreign(productName))

/** A neutral fact, or the one warning of the page. */
function standing(model: ConsentModel, t: Messages): Html {
  const { app, productName } = model
  if (!app.reviewed)
    return html`<div class="warning" role="alert">
      <p>${t.consent.unreviewed(foreign(productName))}</p>
      ${app.looksLike !== undefined && html`<p>${t.consent.looksLike(foreign(app.name), foreign(app.looksLike))}</p>`}
      ${model.anyLocalProgram && html`<p>${t.consent.localProgram}</p>`}
    </div>`
  if (model.anyLocalProgram) return html`<p class="warning" role="alert">${t.consent.localProgram}</p>`

  return html`<p class="verified">${t.consent.reviewed}</p>`
}

const accessOrder = ['read', 'write', 'delete', 'money'] as const

/** Reading, writing, deleting and money apart from each other (UX section 3.2). */
function scopeList(heading: string, scopes: readonly ConsentScope[], t: Messages): Html {
  const groups = accessOrder
    .map((access) => ({ access, scopes: scopes.filter((each) => each.access === access) }))
    .filter((group) => group.scopes.length > 0)

  return html`<h2>${heading}</h2>
    ${groups.map(
      (group) =>
        html`<h3 class="access">${t.consent.access[group.access]}</h3>
          <ul class="scopes">
            ${group.scopes.map((scope) => html`<li>${scopeItem(scope, t)}</li>`)}
          </ul>`,
    )}`
}

function scopeItem(scope: ConsentScope, t: Messages): Html {
  if (scope.granted || !scope.optional)
    return html`<div class="scope">
      <span class="title">${foreign(scope.title)}</span>
      ${!scope.granted && html`<span class="tag">${t.consent.needed}</span>`}
      <span class="detail">${foreign(scope.detail)}</span>
    </div>`

  return html`<label class="scope">
    <input type="checkbox" name="scope" value="${scope.name}" ${attributes({ checked: scope.access === 'read' })} />
    <span class="title">${foreign(scope.title)}</span>
    <span class="tag">${t.consent.optional}</span>
    <span class="detail">${foreign(scope.detail)} <em>${t.consent.optionalHint}</em></span>
  </label>`
}

function untilText(until: Until, t: Messages): string {
  if (until.kind === 'removed') return t.consent.untilRemoved
  if (until.kind === 'once') return t.consent.untilOnce(until.lifetime)
  if (until.over === undefined) return t.consent.untilUnused(until.unused ?? 0)

  return until.unused === undefined
    ? t.consent.untilOver(until.over)
    : t.consent.untilOverOrUnused(until.over, until.unused)
}

const next = ({ app, device, scopes }: ConsentModel, t: Messages) =>
  html`<details>
    <summary>${t.consent.next}</summary>
    <p>${(device === undefined ? t.consent : t.device).nextAllow(foreign(app.name))}</p>
    <p>${(device === undefined ? t.consent : t.device).nextCancel(foreign(app.name))}</p>
    <h2>${t.consent.nextTechnical}</h2>
    <dl class="technical">
      <dt>${t.consent.clientId}</dt>
      <dd><code>${app.clientId}</code></dd>
      <dt>${t.consent.scopes}</dt>
      <dd>${scopes.map((scope) => html`<code>${scope.name}</code> `)}</dd>
    </dl>
  </details>`
