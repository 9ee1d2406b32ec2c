import { toEpochSeconds } from '../base/time.ts'
import type { ClientAuthenticator } from '../client-auth/authenticate.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, refusal } from '../http/respond.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { ChangePage } from '../ports/change-store.ts'
import type { Ports } from '../ports/ports.ts'
import { endsTokens, feedName, feedType } from '../protocol/change.ts'
import type { Change } from '../protocol/change.ts'
import { oauthError } from '../protocol/errors.ts'
import { readClientRequest } from './client-request.ts'

const defined = ['after', 'wait']

/** Entries of one answer at most. */
const maxEntries = 500
/** Seconds that a question is held at most while there is nothing new. */
const maxWait = 20

/**
 * Changes after a position; while there is none, whoever asks waits for so many seconds. What is no position of this list
 * is its beginning.
 *
 * @param ending of the server: then nobody waits any more
 */
export type WaitForChanges = (
  after: number,
  limit: number,
  wait: number,
  ending: AbortSignal | undefined,
) => Promise<ChangePage>

/**
 * The revocation feed: tells guards that verify JWTs by themselves what ended before its time. For confidential clients,
 * as introspection is; it names nothing but ids, and clients and accounts by their hashes. Each answer is signed and says
 * from where to where it goes, so that nobody can leave one out or give an old one for a new one.
 */
export function createRevocationFeedEndpoint(
  authenticateClient: ClientAuthenticator,
  waitForChanges: WaitForChanges,
  ports: Ports,
) {
  const { issuer } = ports.settings

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const read = await readClientRequest(request, defined, authenticateClient, caller)
    if (!read.ok) return refusal(read.error.error, issuer, read.error.retryAfter)
    const { form, client } = read.value
    if (client.type === 'public') {
      const refused = { reason: 'client_authentication_missing', clientId: client.id } as const
      await ports.store.appendAudit(auditEvent(ports, caller, 'client_refused', 'refused', refused))

      return refusal(oauthError('client_authentication_missing'), issuer)
    }
    const from = form.get('after') ?? ''
    const { epoch, last } = await ports.store.listChanges(undefined, 1)
    const list = `${epoch}-${ports.settings.validAfter.toString(36)}`
    const position = Number(new RegExp(`^${list}\\.(\\d{1,15})$`).exec(from)?.[1])
    // A position that the list does not have yet is of a time that a database which lost its last commits has forgotten.
    const isKnown = position <= last
    const after = isKnown ? position : 0
    const wait = isKnown ? parseWait(form.get('wait')) : 0
    const waiting = waitForChanges(after, maxEntries, wait, request.ending)
    const page = await (request.aside?.(waiting) ?? waiting)
    const to = page.changes.at(-1)?.position ?? after
    const claims = {
      iss: issuer,
      iat: toEpochSeconds(ports.now()),
      from: isKnown ? from : '',
      to: `${list}.${to}`,
      more: page.changes.length === maxEntries,
      valid_after: ports.settings.validAfter / 1000,
      entries: page.changes.filter(endsTokens).map(toEntry),
    }

    return json(200, { revocations: await ports.signer.sign(claims, feedType) })
  }
}

const parseWait = (raw: string | undefined) => (/^\d{1,3}$/.test(raw ?? '') ? Math.min(Number(raw), maxWait) : 0)

const toEntry = ({ kind, name, deadBefore, until }: Change) => ({
  kind,
  id: feedName(kind, name),
  ...(deadBefore !== 'all' && { dead_before: deadBefore / 1000 }),
  until: until / 1000,
})
