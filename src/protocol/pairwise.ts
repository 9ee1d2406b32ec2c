import { createHmac } from 'node:crypto'
import type { Account, Subject } from './account.ts'
import type { Client } from './client.ts'
import { provesIdentity } from './redirect-uri.ts'

/** Makes subjects that differ from sector to sector: 32 octets derived from the server's secret. */
export type PairwiseKey = Uint8Array

const form = /^pw_[A-Za-z0-9_-]{43}$/

/** True for a `sub` that {@link shownSubject} made, so that it is no account's id. */
export const isPairwise = (subject: string) => form.test(subject)

/**
 * The `sub` by which a client knows an account: its id, or for a client registered as `pairwise` one of its sector
 * alone. It is the same at every time, and without the key nobody comes from one to the other.
 *
 * @see OpenID Connect Core 1.0 section 8.1
 */
export function shownSubject(subject: Account['subject'], client: Client, key: PairwiseKey): Subject {
  // A client that stands for itself is known by its own id.
  if (client.identity.subjectType === 'public' || (subject as string) === client.id) return subject
  const made = createHmac('sha256', key)
    .update(`${sectorOf(client)} ${subject}`)
    .digest('base64url')

  return `pw_${made}` as Subject
}

/**
 * Those who may recognise a person as the same one: the host of the sector's document, else the host that all redirect
 * URIs share. An app that is reached elsewhere too, as on a device, is a sector of its own: whoever names the address
 * of somebody else besides their own does not join them.
 */
function sectorOf({ id, identity, redirectUris }: Client): string {
  if (identity.sectorIdentifierUri === undefined && !redirectUris.every(provesIdentity)) return `client ${id}`
  const [host] = hostsOf(identity.sectorIdentifierUri === undefined ? redirectUris : [identity.sectorIdentifierUri])

  return host ?? `client ${id}`
}

/** The distinct hosts of web addresses; a private-use scheme has none. */
export const hostsOf = (uris: readonly string[]): readonly string[] => [
  ...new Set(uris.flatMap((each) => (/^https?:/.test(each) ? (URL.parse(each)?.hostname ?? []) : []))),
]
