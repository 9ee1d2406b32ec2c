import { toBase64Url } from '../base/encoding.ts'
import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { parsePublicKey } from '../jose/jwk.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client, ClientKey, SelfRegistration } from '../protocol/client.ts'
import type { RegistrationContext } from '../protocol/registration-context.ts'

type Needed = Pick<Ports, 'settings' | 'signer' | 'now' | 'random'>

/** What metadata are read against, whoever sends them; only an operator's client may have every scope there is. */
export function registrationContext(
  { settings, signer, now, random }: Needed,
  provenance: Client['provenance'],
): RegistrationContext {
  return {
    scopes: provenance === 'operator' ? [...settings.scopes.keys()] : settings.registration.scopes,
    allScopes: provenance === 'self-registered' && settings.registration.allScopes,
    resources: [...settings.resources.keys()],
    signingAlgorithms: signer.algorithms,
    now: now(),
    provenance,
    development: settings.development,
    random,
    makeSecret: () => `hcs_${toBase64Url(random(32))}`,
    parseKey,
  }
}

/** A client that made itself known, with what is noted of that. */
export function asSelfRegistered(
  client: Client,
  { settings }: Pick<Needed, 'settings'>,
  noted: Pick<SelfRegistration, 'tokenHash' | 'softwareStatement' | 'changedAt'>,
): Client {
  const { firstUseWithin, unusedFor, localhostAnyPort } = settings.registration

  return {
    ...client,
    allowLocalhostAnyPort: localhostAnyPort,
    registration: { ...noted, firstUseWithin, unusedFor },
  }
}

/** A client's public key, with the one algorithm it is for. */
function parseKey(jwk: Readonly<Record<string, unknown>>): Result<ClientKey, string> {
  const key = parsePublicKey(jwk)

  return key.ok ? accept({ kid: key.value.kid, alg: key.value.alg, jwk }) : key
}
