import type { PlantedFault } from './fault.ts'
import { audits } from './audits.ts'
import { redirects, responses } from './authorize.ts'
import { apps, clients, setUp } from './clients.ts'
import { cutOffs } from './cut-offs.ts'
import { devices } from './devices.ts'
import { assertions, exchanges } from './exchanges.ts'
import { feeds } from './feeds.ts'
import { fleets } from './fleets.ts'
import { identities } from './identities.ts'
import { logout } from './logout.ts'
import { jwts, resources } from './jwts.ts'
import { people, secrets } from './people.ts'
import { detailed, profiles, pushed } from './requests.ts'
import { registrations } from './registrations.ts'
import { codes, proofs, refreshing } from './tokens.ts'

/** By what they take out. Each is a defence that nothing else stands in for. */
export const plantedFaults: readonly PlantedFault[] = [
  ...redirects,
  ...responses,
  ...apps,
  ...clients,
  ...setUp,
  ...devices,
  ...assertions,
  ...exchanges,
  ...identities,
  ...logout,
  ...jwts,
  ...resources,
  ...people,
  ...secrets,
  ...pushed,
  ...detailed,
  ...profiles,
  ...registrations,
  ...codes,
  ...proofs,
  ...refreshing,
  ...audits,
  ...feeds,
  ...cutOffs,
  ...fleets,
]
