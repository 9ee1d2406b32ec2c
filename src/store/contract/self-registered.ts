import assert from 'node:assert/strict'
import { addSeconds, seconds } from '../../base/time.ts'
import type { RegistrationToken, RegistrationTokenId } from '../../ports/registration-store.ts'
import type { Store } from '../../ports/store.ts'
import type { Client } from '../../protocol/client.ts'
import { aHash, anEvent, anId, aSelfRegisteredClient, morning } from '../../testing/index.ts'

export const day = 86_400
export const firstEnd = addSeconds(morning, seconds(day))
export const later = addSeconds(morning, seconds(3600))
export const manyYears = addSeconds(morning, seconds(3650 * day))

export const aRegistrationToken = (given: Partial<RegistrationToken> = {}): RegistrationToken => ({
  id: anId<RegistrationTokenId>(),
  secretHash: aHash(),
  usesLeft: 1,
  expiresAt: addSeconds(morning, seconds(day)),
  ...given,
})

export async function register(
  store: Store,
  client: Client = aSelfRegisteredClient(),
  maxClients = 100,
): Promise<Client> {
  assert.equal(await store.registerClient({ client, tokenId: undefined, maxClients }, anEvent(), morning), 'done')

  return client
}

export const isThere = async (store: Store, { id }: Client) => (await store.findClient(id)) !== undefined
