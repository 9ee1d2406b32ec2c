import { createThrottle, documentRules } from '../accounts/throttle.ts'
import { accept, refuse } from '../base/result.ts'
import { addSeconds, hasPassed, seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { ClientFinder } from '../ports/client-finder.ts'
import type { Ports } from '../ports/ports.ts'
import { findClientChanges } from '../protocol/client-changes.ts'
import { hostOfClientId, isClientIdUrl } from '../protocol/client-id-url.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import { oauthError } from '../protocol/errors.ts'
import type { Reason } from '../protocol/errors.ts'
import { createTurns } from './turns.ts'
import { fetchClient } from './fetch-client.ts'
import type { DocumentProblem, FetchedClient } from './fetch-client.ts'
import { asSelfRegistered } from './registrar.ts'

/** A document that could not be had is not asked for again so soon, in seconds. */
export const holdAfterFailure = seconds(30)
const maxRemembered = 1000

/** What this instance knows of a document, besides what is in the store. */
interface Remembered {
  freshUntil: Instant | undefined
  failed: { readonly until: Instant; readonly problem: Problem } | undefined
  asking: Promise<Problem | undefined> | undefined
}

type Problem = Omit<DocumentProblem, 'reason'> & { readonly reason: Reason }

/** A client as it is known now, and why not better. */
interface Found {
  readonly client: Client | undefined
  readonly problem: Problem | undefined
}

/**
 * The finder of clients over the store and the metadata documents of clients that have one. One document is asked for
 * once, however many wait; a host by one question at a time; what failed is not cached, only left alone for half a
 * minute (attack row RG-07).
 */
export function createClientFinder(ports: Omit<Ports, 'clients' | 'logouts'>): ClientFinder {
  const { store, settings, now } = ports
  const throttle = createThrottle(store, now)
  const turns = createTurns()
  const remembered = new Map<ClientId, Remembered>()

  return {
    async find(id, caller) {
      const { client, problem } = await look(id, caller)

      return problem?.isFinal === true ? undefined : client
    },
    async findToBegin(id, caller) {
      const { client, problem } = await look(id, caller)
      if (problem === undefined)
        return client === undefined
          ? refuse({ error: oauthError('client_id_unknown'), host: undefined, detail: undefined })
          : accept(client)

      return refuse({ error: oauthError(problem.reason), host: hostOfClientId(id), detail: problem.detail })
    },
  }

  async function look(id: ClientId, caller: Caller): Promise<Found> {
    const stored = await store.findClient(id)
    if (stored === undefined ? !isClientIdUrl(id) : stored.provenance !== 'metadata-document')
      return { client: stored, problem: undefined }
    if (!settings.features.clientIdMetadataDocuments) return { client: undefined, problem: undefined }
    if (stored?.disabledAt !== undefined) return { client: stored, problem: undefined }
    if (!isAllowedHost(hostOfClientId(id))) return { client: undefined, problem: hostRefused }

    const entry = entryOf(id)
    if (stored !== undefined && isBefore(now(), entry.freshUntil)) return { client: stored, problem: undefined }
    if (isBefore(now(), entry.failed?.until)) return { client: stored, problem: entry.failed?.problem }
    entry.asking ??= renew(id, stored, entry, caller).finally(() => (entry.asking = undefined))
    const problem = await entry.asking

    return problem === undefined ? { client: await store.findClient(id), problem } : { client: stored, problem }
  }

  async function renew(
    id: ClientId,
    stored: Client | undefined,
    entry: Remembered,
    caller: Caller,
  ): Promise<Problem | undefined> {
    const fetched = await ask(id, stored, caller)
    if ('wait' in fetched) return tooMany
    const problem = fetched.ok ? await keep(stored, fetched.value, caller) : fetched.error
    if (problem === undefined && fetched.ok) entry.freshUntil = addSeconds(now(), fetched.value.freshFor)
    entry.failed = problem && { until: addSeconds(now(), holdAfterFailure), problem }

    return problem
  }

  /** A stranger makes us ask for so many documents we have never seen, and no more. */
  async function ask(id: ClientId, stored: Client | undefined, caller: Caller) {
    const fetchInTurn = () => turns.take(hostOfClientId(id), () => fetchClient(id, ports))
    if (stored !== undefined) return (await fetchInTurn()) ?? { wait: true }
    let fetched: Awaited<ReturnType<typeof fetchInTurn>>
    await throttle.run(documentRules(caller.address ?? 'unknown'), async () => {
      fetched = await fetchInTurn()
      return false
    })

    return fetched ?? { wait: true }
  }

  /** Writes only what is new. A change of what it is recognised by makes earlier consents void. */
  async function keep(
    stored: Client | undefined,
    { client }: FetchedClient,
    caller: Caller,
  ): Promise<Problem | undefined> {
    const describe = (type: 'client_registered' | 'client_changed', reason?: string) =>
      auditEvent(ports, caller, type, 'done', { clientId: client.id, reason })
    const made = (changedAt: Instant | undefined) =>
      asSelfRegistered(client, ports, { tokenHash: undefined, softwareStatement: undefined, changedAt })
    if (stored === undefined) {
      const registration = { client: made(undefined), tokenId: undefined, maxClients: settings.registration.maxClients }
      const outcome = await store.registerClient(registration, describe('client_registered'), now())

      return outcome === 'done' ? undefined : full
    }
    const { any, recognised } = findClientChanges(stored, made(undefined))
    const changedAt = recognised.length > 0 ? now() : stored.registration?.changedAt
    if (any) await store.replaceClient(made(changedAt), describe('client_changed', recognised.join(' ') || undefined))

    return undefined
  }

  function isAllowedHost(host: string): boolean {
    const { allowedHosts, deniedHosts } = settings.registration
    const isIn = (list: readonly string[]) =>
      list.some((each) => (each.startsWith('.') ? host.endsWith(each) : host === each))

    return !isIn(deniedHosts) && (allowedHosts === undefined || isIn(allowedHosts))
  }

  /** The ones that were not used for longest are forgotten first. */
  function entryOf(id: ClientId): Remembered {
    const entry = remembered.get(id) ?? { freshUntil: undefined, failed: undefined, asking: undefined }
    remembered.delete(id)
    remembered.set(id, entry)
    if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)

    return entry
  }
}

const isBefore = (now: Instant, end: Instant | undefined) => end !== undefined && !hasPassed(end, now)

const hostRefused: Problem = {
  reason: 'client_host_refused',
  detail: 'documents of this host are not read',
  isFinal: true,
}
const tooMany: Problem = {
  reason: 'registrations_throttled',
  detail: 'too many documents are asked for',
  isFinal: false,
}
const full: Problem = { reason: 'registrations_full', detail: 'there are too many clients already', isFinal: false }
