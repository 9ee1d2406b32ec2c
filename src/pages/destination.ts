import type { Html } from './html.ts'
import { html } from './html.ts'
import { foreign } from './layout.ts'
import type { Messages } from './locales/en.ts'

/** Where a browser goes next, as a person can judge it. */
export type Destination =
  | { readonly kind: 'site'; /** Scheme, host and port. */ readonly origin: string }
  | { readonly kind: 'device'; /** Loopback host and port. */ readonly host: string }
  | { readonly kind: 'app'; /** The private-use scheme with its colon. */ readonly scheme: string }

/** Reads it from a redirect URI that was found in the registration. */
export function destinationOf(redirectUri: string): Destination {
  const { protocol, origin, host, hostname } = new URL(redirectUri)
  if (protocol !== 'https:' && protocol !== 'http:') return { kind: 'app', scheme: protocol }
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

  return isLoopback ? { kind: 'device', host } : { kind: 'site', origin }
}

/** The host for a line like "to continue to Shop Analytics (analytics.example.com)"; nothing for an app scheme. */
export const hostOf = (destination: Destination): string | undefined => {
  if (destination.kind === 'app') return undefined

  return destination.kind === 'site' ? new URL(destination.origin).host : destination.host
}

export function destinationText(destination: Destination, t: Messages): Html {
  if (destination.kind === 'site') return html`<span class="host">${foreign(destination.origin)}</span>`
  if (destination.kind === 'device') return t.consent.destinationDevice(foreign(destination.host))

  return t.consent.destinationApp(foreign(destination.scheme))
}
