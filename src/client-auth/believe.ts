import { clientSecretRules } from '../accounts/throttle.ts'
import type { HttpRequest } from '../http/message.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Assumptions } from '../protocol/plan.ts'
import { findClientFault } from '../protocol/profile.ts'
import { isSecretOf } from './client-secret.ts'
import { findPresented } from './presented.ts'

/** A client that is right by what is remembered of it, if what else that hangs on holds too. */
export type Believed = Pick<Assumptions, 'client' | 'failures'>

/**
 * Which client a request is from, without asking the store. `undefined` for whoever is not right, may not be remembered,
 * or proves itself by something that is used up: who that is, `createClientAuthenticator` finds out and records.
 */
export function believe(request: HttpRequest, form: Parameters, caller: Caller, ports: Ports): Believed | undefined {
  if (ports.store.recollection === undefined || request.repeated('authorization')) return undefined
  const presented = findPresented(request.header('authorization'), form)
  if (!presented.ok || presented.value.method === 'private_key_jwt') return undefined
  const client = ports.store.recollection.client(presented.value.clientId as ClientId)
  if (client === undefined || !isUsable(client, ports) || client.authMethod !== presented.value.method) return undefined
  if (presented.value.method === 'none') return { client, failures: [] }
  if (!isSecretOf(client, presented.value.secret, ports.now())) return undefined

  return { client, failures: clientSecretRules(client.id, caller.address ?? 'unknown') }
}

/** One that is described by a document elsewhere is asked for there now and then. */
const isUsable = (client: Client, { settings }: Ports) =>
  client.disabledAt === undefined &&
  client.provenance !== 'metadata-document' &&
  findClientFault(client, settings.profile) === undefined
