import { fapiAlgorithms, type SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { signatureAlgorithms } from '../jose/algorithms.ts'
import type { KeyFamilies } from '../keys/rotation.ts'
import type { Profile, Settings } from '../protocol/settings.ts'
import { extensionsOf } from './extensions/index.ts'

/**
 * Says what is wrong with an algorithm to sign with: unknown, not there in this runtime, or not for this profile.
 *
 * @see FAPI 2.0 Security Profile section 5.4.1
 */
export function findAlgorithmFault(alg: string, profile: Profile): string | undefined {
  const allowed: readonly string[] = profile === 'fapi2' ? fapiAlgorithms : signatureAlgorithms
  if (allowed.includes(alg)) return undefined

  return `${JSON.stringify(alg)} is none of ${allowed.join(', ')}, which ${profile === 'fapi2' ? 'the profile fapi2 allows' : 'this runtime has'}`
}

/** All that this server must have keys for: what access tokens of each API are signed with, and what extensions sign. */
export function keyFamiliesOf(settings: Settings): KeyFamilies {
  const ofResources = [...settings.resources.values()]
    .filter((each) => each.tokenFormat === 'jwt')
    .map((each) => each.signingAlgorithm)
  const ofExtensions = extensionsOf(settings).flatMap((each) => each.signsWith?.(settings) ?? [])
  const others = new Set<SignatureAlgorithm>([...ofResources, ...ofExtensions])
  others.delete(settings.signingAlgorithm)

  return [settings.signingAlgorithm, ...others]
}
