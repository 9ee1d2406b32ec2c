import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { hasPassed } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { RegisteredClient } from '../protocol/client-metadata.ts'
import type { Client } from '../protocol/client.ts'

export interface SaveClientOptions {
  /**
   * Lets a public client become confidential or the other way round. What it proved itself with before ends with it.
   *
   * @default false
   * @see OAuth 2.1 section 2.1
   */
  readonly changeType?: boolean
  /** Makes a secret where one is needed and none is given. @default true */
  readonly makeSecret?: boolean
}

/**
 * What becomes of a client that is saved again. Metadata are replaced; what is not metadata stays: when it was made,
 * that it is disabled, and its secrets, if the same one comes or none does. Another secret takes the place of all.
 *
 * Refused: another type without `changeType`, and a secret that was replaced and has ended, since a seed file from
 * before the replacement must not bring it back.
 */
export function saveAgain(
  before: Client,
  registered: RegisteredClient,
  now: Instant,
  { changeType = false }: SaveClientOptions = {},
): Result<RegisteredClient, string> {
  const { client, madeSecret } = registered
  const isChanged = before.type !== client.type
  if (isChanged && !changeType)
    return refuse(
      `token_endpoint_auth_method: the client is ${before.type} and would become ${client.type}; that ends its credentials and is done with changeType only`,
    )
  const kept = {
    ...client,
    createdAt: before.createdAt,
    disabledAt: before.disabledAt,
    // A seed file of before brings nothing back to life.
    validAfter: before.validAfter > client.validAfter ? before.validAfter : client.validAfter,
  }
  const isAlive = ({ expiresAt }: Client['secrets'][number]) => expiresAt === undefined || !hasPassed(expiresAt, now)
  // A client that is found here with secrets is never public.
  if (client.secrets.length === 0 || !before.secrets.some(isAlive)) return accept({ client: kept, madeSecret })
  if (madeSecret !== undefined) return accept({ client: { ...kept, secrets: before.secrets }, madeSecret: undefined })
  const known = before.secrets.filter(({ hash }) => client.secrets.some((each) => each.hash === hash))
  if (known.length === 0) return accept({ client: kept, madeSecret })
  if (!known.some(isAlive)) return refuse('client_secret: has been replaced and has ended')

  return accept({ client: { ...kept, secrets: before.secrets }, madeSecret })
}
