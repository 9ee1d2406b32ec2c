import { html, type Html } from '../../pages/html.ts'
import { fieldList, shown } from './fields.ts'
import { block } from './message-panel.ts'
import type { PageModel } from './page-model.ts'

/** The access token, taken apart; the refresh token stays closed. */
export function tokenPanel({ t, view, signature, selection, jwksUrl }: PageModel): Html | undefined {
  const token = view?.token
  if (token === undefined) return undefined
  const refreshText =
    token.refreshToken !== undefined
      ? t.token.refreshGiven
      : selection.kind === 'machine'
        ? t.token.refreshMachine
        : t.token.refreshNone

  return html`<div class="token">
    <h3>${t.token.title}</h3>
    ${token.expiresIn !== undefined && html`<p class="quiet">${t.token.lifetime(token.expiresIn)}</p>`}
    ${
      token.jwt === undefined
        ? html`<p>${t.token.opaque}</p>
            ${block(t.token.title, token.accessToken)}`
        : html`<pre
              class="block jwt"
              tabindex="0"
              aria-label="${t.token.title}"
              dir="ltr"
            ><code><span class="jwt-header">${token.jwt.raw[0]}</span>.<span class="jwt-claims">${token.jwt.raw[1]}</span>.<span class="jwt-signature">${token.jwt.raw[2]}</span></code></pre>
            <h4 class="jwt-header">${t.token.header}</h4>
            ${fieldList(t, 'jose', Object.entries(token.jwt.header))}
            <h4 class="jwt-claims">${t.token.claims}</h4>
            ${fieldList(
              t,
              'claim',
              Object.entries(token.jwt.claims).map(([name, value]) => [name, readable(name, value)] as const),
            )}
            <h4 class="jwt-signature">${t.token.signature}</h4>
            <p>
              <span class="verdict" data-good="${String(signature === 'verified')}" data-signature="${signature}"
                >${signature === 'verified' ? t.token.verified : signature === 'wrong' ? t.token.wrong : t.token.unchecked}</span
              >
              <a href="${jwksUrl}">${t.token.jwks}</a>
            </p>`
    }
    <h4>${t.token.refresh}</h4>
    <p>${refreshText}</p>
  </div>`
}

/** Seconds since 1970 are written as a date besides. */
function readable(name: string, value: unknown): string {
  const isTime = ['exp', 'iat', 'nbf', 'auth_time'].includes(name) && typeof value === 'number'

  return isTime ? `${value} = ${new Date(value * 1000).toISOString().replace('.000', '')}` : shown(value)
}
