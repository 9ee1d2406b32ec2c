import type { Store } from '../../ports/store.ts'
import { clientEnded, clientSaved } from '../changes.ts'
import type { Access } from './access.ts'
import type { Tables } from './open-tables.ts'

/** Clients, of an operator and such as make themselves known. */
export const clientMethods = (
  { read, write, tellingWrite }: Access,
  { audit, changes, clients, registrations }: Tables,
): Pick<
  Store,
  | 'findClient'
  | 'saveClient'
  | 'registerClient'
  | 'replaceClient'
  | 'removeClient'
  | 'findReviewedByName'
  | 'saveRegistrationToken'
  | 'findRegistrationToken'
> => ({
  findClient: (id) => read(() => clients.find(id)),
  saveClient: (client, event) =>
    tellingWrite(() => {
      changes.append(clientSaved(client, clients.load(client.id), event.at))
      clients.save(client)
      audit.append(event)
    }),

  registerClient: (registration, event, now) =>
    tellingWrite(() => {
      const outcome = registrations.register(registration, now)
      if (outcome === 'done') audit.append(event)

      return outcome
    }),
  replaceClient: (client, event) =>
    tellingWrite(() => {
      const replaced = registrations.replace(client, event.at)
      if (replaced) audit.append(event)

      return replaced
    }),
  removeClient: (id, event, now) =>
    tellingWrite(() => {
      const removed = registrations.end(id, now)
      if (removed) changes.append(clientEnded(id, now))
      if (removed) audit.append(event)

      return removed
    }),
  findReviewedByName: (skeleton) => read(() => clients.findReviewedByName(skeleton)),
  saveRegistrationToken: (token, event) =>
    write(() => {
      registrations.saveToken(token)
      audit.append(event)
    }),
  findRegistrationToken: (id) => read(() => registrations.findToken(id)),
})
