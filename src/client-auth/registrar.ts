import { toBase64Url } from '../base/encoding.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client, SelfRegistration } from '../protocol/client.ts'
import type { RegistrationContext } from '../protocol/registration-context.ts'
import { parseClientKey } from './client-keys.ts'

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
    detailTypes:
      provenance === 'operator'
        ? [...settings.authorizationDetailTypes.keys()]
        : settings.registration.authorizationDetailTypes,
    signingAlgorithms: signer.algorithms,
    now: now(),
    profile: settings.profile,
    provenance,
    development: settings.development,
    random,
    makeSecret: () => `hcs_${toBase64Url(random(32))}`,
    parseKey: parseClientKey,
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
