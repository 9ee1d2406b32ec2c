import { randomBytes } from 'node:crypto'
import { fromBase64Url } from '../base/encoding.ts'
import type { SignatureAlgorithm } from '../jose/algorithms.ts'
import { algorithmsOfProofs } from '../jose/dpop-proof.ts'
import { createReplayMemory, type ReplayStore } from './replay-memory.ts'
import { readServerUrl } from './trusted-url.ts'

/** How tokens that are bound to a key of the client are taken (RFC 9449). */
export interface DPoPOptions {
  /** Bearer tokens are refused, so that a stolen token is worth nothing here. @default false */
  readonly required?: boolean
  /**
   * Where clients find what this API sees as `/`, as a proof names its address by it: scheme, host, and the beginning of
   * the path if a proxy takes that off. Never read from a request, which anybody can write.
   *
   * @default scheme and host of `resource`
   */
  readonly baseUrl?: string
  /**
   * Where used proofs are remembered. Each process alone remembers its own unless it is told otherwise: several
   * processes of one API need one that all share, or a proof counts once at each.
   */
  readonly replays?: ReplayStore
  /** Every proof must hold a nonce of this API: none can be made ahead. @default false */
  readonly nonces?: boolean
  /** What nonces are made from, 32 random octets or more in base64url: the same for all processes. @default made at start */
  readonly nonceSecret?: string
  /** What a proof may be signed with. @default all that are supported */
  readonly algorithms?: readonly SignatureAlgorithm[]
}

/** The options with their defaults. Throws a `TypeError` that names the option. */
export function checkDPoPOptions(options: DPoPOptions, resource: string) {
  const baseUrl = options.baseUrl ?? new URL(resource).origin
  const url = readServerUrl(baseUrl)
  if (typeof url === 'string') throw new TypeError(`dpop.baseUrl ${url}: ${baseUrl}`)
  const algorithms = options.algorithms ?? algorithmsOfProofs
  if (algorithms.length === 0 || !algorithms.every((each) => algorithmsOfProofs.includes(each))) {
    throw new TypeError(`dpop.algorithms must be some of ${algorithmsOfProofs.join(', ')}`)
  }
  const nonceKey = options.nonceSecret === undefined ? randomBytes(32) : fromBase64Url(options.nonceSecret)
  if (nonceKey === undefined || nonceKey.length < 32) {
    throw new TypeError('dpop.nonceSecret must be 32 octets or more in base64url')
  }

  return {
    required: options.required ?? false,
    baseUrl: baseUrl.replace(/\/$/, ''),
    replays: options.replays ?? createReplayMemory(),
    nonceKey: options.nonces === true ? nonceKey : undefined,
    algorithms,
  }
}

export type CheckedDPoPOptions = ReturnType<typeof checkDPoPOptions>
