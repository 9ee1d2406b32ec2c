import { uuid7 } from '../base/id.ts'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { addSeconds, seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { RegistrationTokenId } from '../ports/registration-store.ts'
import { formatCredential, hashSecret } from '../protocol/credential.ts'
import { isWhole } from './whole.ts'

export interface RegistrationTokenOptions {
  /** How many clients may be registered with it, 1 to 100_000. @default 1 */
  readonly uses?: number
  /** Seconds, 60 to 31_622_400 (366 days). @default 86_400 */
  readonly lifetime?: number
}

export interface MadeRegistrationToken {
  /** To be shown once: only its hash is kept. */
  readonly token: string
  readonly uses: number
  readonly expiresAt: Instant
}

/** Nobody asked over HTTP: the operator did it on the machine. */
const operator = { address: undefined, requestId: undefined }

/** Makes an initial access token (RFC 7591 section 1.2), for whoever shall register clients where not everybody may. */
export async function makeRegistrationToken(
  { uses = 1, lifetime = 86_400 }: RegistrationTokenOptions,
  { store, now, random }: Pick<Ports, 'store' | 'now' | 'random'>,
): Promise<Result<MadeRegistrationToken, string>> {
  if (!isWhole(uses, 1, 100_000)) return refuse('uses: a whole number from 1 to 100000')
  if (!isWhole(lifetime, 60, 31_622_400)) return refuse('lifetime: a whole number of seconds from 60 to 31622400')
  const made = now()
  const id = uuid7(made, random(10)) as RegistrationTokenId
  const secret = random(32)
  const expiresAt = addSeconds(made, seconds(lifetime))
  await store.saveRegistrationToken(
    { id, secretHash: hashSecret(secret), usesLeft: uses, expiresAt },
    auditEvent({ now, random }, operator, 'registration_token_made', 'done', { reason: id }),
  )

  return accept({ token: formatCredential('initial_access_token', { id, generation: 0, secret }), uses, expiresAt })
}
