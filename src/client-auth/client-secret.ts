import { hasPassed } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Client } from '../protocol/client.ts'
import { hashSecret, isSameSecret } from '../protocol/credential.ts'

/**
 * True if the secret is one of the client's that has not ended. Secrets are 256 random bits, so a fast hash is the
 * right one (DECISIONS 16); every stored hash is compared, in constant time.
 */
export function isSecretOf(client: Client, secret: string, now: Instant): boolean {
  const presented = hashSecret(secret)
  const alive = client.secrets.filter((each) => each.expiresAt === undefined || !hasPassed(each.expiresAt, now))

  return alive.map((each) => isSameSecret(presented, each.hash)).includes(true)
}
