import { believe } from '../client-auth/believe.ts'
import type { Grant } from '../grants/grant.ts'
import type { HttpRequest } from '../http/message.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Recollection } from '../ports/recollection.ts'
import type { PersonalThing, Store } from '../ports/store.ts'
import { mustProve } from '../protocol/key-binding.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { TokenPlan } from '../protocol/plan.ts'
import { issueTokens } from './issue-tokens.ts'
import type { TokenResponse } from './issue-tokens.ts'

/**
 * The token endpoint in one round trip, for a store that is far away: a yes that is decided on what this process remembers,
 * and becomes true only if the write finds all of it so. Whatever else comes out, a no above all, was never said: the
 * store is read then and the whole is decided anew. Nothing is written on the way that another try would meet again.
 *
 * @returns `undefined` when that did not do
 */
export function createTokenMemory(grants: ReadonlyMap<string, Grant>, ports: Ports) {
  const { recollection } = ports.store
  if (recollection === undefined) return async () => undefined
  const remembering = { ...ports, store: fromMemoryFirst(ports.store, recollection) }

  return async (request: HttpRequest, form: Parameters, caller: Caller): Promise<TokenResponse | undefined> => {
    const type = form.get('grant_type') ?? ''
    const grant = confirmed.has(type) ? grants.get(type) : undefined
    // A proof of possession is used up before anything is decided.
    if (grant === undefined || request.header('dpop') !== undefined) return undefined
    const believed = believe(request, form, caller, ports)
    if (believed === undefined) return undefined
    const { client } = believed
    if (!client.grantTypes.includes(type) || mustProve(client, ports.settings)) return undefined

    const plan = await grant.plan(form, client, remembering)
    if (!plan.ok || isRetry(plan.value)) return undefined
    const outcome = await issueTokens(plan.value, client, type, ports, caller, {
      ...believed,
      account: personOf(plan.value),
    })

    return outcome.kind === 'issued' ? outcome.response : undefined
  }
}

/** The write of these names all that they were decided on: the code unused, the chain at its generation, or nothing. */
const confirmed: ReadonlySet<string> = new Set(['authorization_code', 'refresh_token', 'client_credentials'])

/** A retry writes no more than that it was one, so nothing would confirm it. */
const isRetry = ({ from }: TokenPlan) => from?.kind === 'refresh_token' && from.retry

const personOf = ({ subject, authenticatedAt }: TokenPlan) =>
  authenticatedAt === undefined ? undefined : { subject, authenticatedAt }

function fromMemoryFirst(store: Store, memory: Recollection): Store {
  const accountOf = ({ kind, id }: PersonalThing) => {
    const subject =
      kind === 'code'
        ? memory.code(id)?.subject
        : kind === 'authorization'
          ? memory.authorization(id)?.subject
          : undefined

    return subject === undefined ? undefined : memory.account(subject)
  }

  const reads: Pick<Store, 'findCode' | 'findAuthorization' | 'findAccountOf'> = {
    findCode: async (id) => memory.code(id) ?? store.findCode(id),
    findAuthorization: async (id) => memory.authorization(id) ?? store.findAuthorization(id),
    findAccountOf: async (thing) => accountOf(thing) ?? store.findAccountOf(thing),
  }

  // Not a copy: the store may itself stand before another one.
  return Object.create(store, Object.getOwnPropertyDescriptors(reads)) as Store
}
