import type { Html } from './html.ts'
import { attributes, html } from './html.ts'
import type { PageContext } from './layout.ts'
import { csrfField, foreign, layout } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface DeviceEntryModel extends PageContext {
  /** Where the form is posted: fields `csrf` and `user_code`. */
  readonly action: string
  readonly csrf: string
  /** What is in the field: typed before, or of the link. */
  readonly code: string
  /** The code came by a link: it is shown large, and the person is asked whether it is theirs. */
  readonly byLink: boolean
  readonly problem: DeviceEntryProblem | undefined
}

export type DeviceEntryProblem =
  | { readonly kind: 'malformed' | 'wrong' }
  | { readonly kind: 'throttled'; /** Whole minutes, at least 1. */ readonly minutes: number }

/** Asks for the code of a device (UX section 3.4). A code in the link is filled in and shown, never sent by itself. */
export function deviceEntryPage(model: DeviceEntryModel, t: Messages): Html {
  const problem = model.problem === undefined ? undefined : problemText(model.problem, t)
  const title = model.byLink ? t.device.compareTitle : t.device.title

  return layout(model, t, {
    title,
    script: true,
    body: html`
      <h1>${title}</h1>
      ${model.byLink && html`<p class="user-code" dir="ltr" translate="no">${model.code}</p>`}
      <p class="lead">${model.byLink ? t.device.compare : t.device.lead}</p>
      <p class="warning">${t.device.caution}</p>
      ${problem !== undefined && html`<p class="problem" id="problem" role="alert">${problem}</p>`}
      <form method="post" action="${model.action}">
        ${csrfField(model.csrf)}
        <div class="field">
          <label for="user_code">${t.device.label}</label>
          <input
            class="user-code"
            id="user_code"
            name="user_code"
            type="text"
            value="${model.code}"
            dir="ltr"
            translate="no"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            maxlength="64"
            required
            aria-describedby="${problem === undefined ? 'hint' : 'problem hint'}"
            ${attributes({ 'aria-invalid': problem !== undefined && 'true' })}
          />
          <p class="note" id="hint">${t.device.hint}</p>
        </div>
        <button class="main" type="submit">${model.byLink ? t.device.submitSame : t.device.submit}</button>
      </form>
    `,
  })
}

function problemText(problem: DeviceEntryProblem, t: Messages): string {
  return problem.kind === 'throttled' ? t.device.throttled(problem.minutes) : t.device[problem.kind]
}

/** What tells a person their own device from a stranger's (RFC 8628 section 5.4, attack row DV-03). */
export interface DeviceNotice {
  readonly code: string
  /** Whole minutes since the device began. */
  readonly minutes: number
  /** Where it began, as the audit names places; `undefined` where HTTP could not say. */
  readonly address: string | undefined
  /** This browser is at the same address. */
  readonly isHere: boolean
  /** Host of the app's registered home page. */
  readonly website: string | undefined
}

/** The part of the consent page that is there for devices only. */
export const deviceNotice = (notice: DeviceNotice, app: Html, t: Messages): Html =>
  html`<p class="warning">${t.device.caution}</p>
    <section class="aside" aria-labelledby="device">
      <h2 id="device">${t.device.noticeTitle}</h2>
      <p>${t.device.notice(app)}</p>
      <dl class="facts">
        ${fact(t.device.code, html`<span class="user-code" dir="ltr" translate="no">${notice.code}</span>`)}
        ${fact(t.device.asked, notice.minutes < 1 ? t.device.askedNow : t.device.askedAgo(notice.minutes * 60))}
        ${fact(t.device.from, place(notice, t))}
        ${notice.website !== undefined && fact(t.device.website, foreign(notice.website))}
      </dl>
    </section>`

const fact = (name: string, value: Html | string) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

function place({ address, isHere }: DeviceNotice, t: Messages): Html | string {
  if (address === undefined) return t.device.fromUnknown

  return html`${foreign(address)} (${isHere ? t.device.fromSame : t.device.fromOther})`
}

export interface DeviceDoneModel extends PageContext {
  readonly kind: 'connected' | 'refused'
  readonly app: string
}

/** The end for this browser: nothing leads on from here, neither a redirect nor a link of the app's. */
export function deviceDonePage(model: DeviceDoneModel, t: Messages): Html {
  const isConnected = model.kind === 'connected'
  const title = isConnected ? t.device.connectedTitle : t.device.refusedTitle

  return layout(model, t, {
    title,
    body: html`
      <h1>${title}</h1>
      <p class="lead">${isConnected ? t.device.connected(foreign(model.app)) : t.device.refused}</p>
      <p>${t.device.close}</p>
    `,
  })
}
