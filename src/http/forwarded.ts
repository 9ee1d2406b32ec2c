import { BlockList, isIP } from 'node:net'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { canonicalAddress } from './address.ts'

/** Finds out whose request it is, from the connection's other end and the `X-Forwarded-For` it sent. */
export type CallerAddress = (peer: string, forwardedFor: string | undefined) => string

/** A wider net than this is as good as everybody. */
const leastPrefix = 8

/**
 * Only proxies named here are believed, each in turn from the nearest on: the caller is the last hop that is not one of
 * them, so what a caller writes into the header itself is never reached. Nothing else of what proxies forward is read:
 * host and scheme are the issuer's.
 *
 * @param proxies addresses, or nets as `10.0.0.0/8`; the error names the one that is neither
 * @see RFC 9700 section 4.13
 */
export function trustProxies(proxies: readonly string[]): Result<CallerAddress, string> {
  const trusted = new BlockList()
  for (const each of proxies) {
    const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(each) ?? []
    const version = isIP(address)
    if (version === 0 || address.includes('%'))
      return refuse(`trustedProxies: ${JSON.stringify(each.slice(0, 60))} is neither an address nor a net`)
    const [type, bits] = version === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const)
    const length = prefix === undefined ? bits : Number(prefix)
    if (length < leastPrefix || length > bits)
      return refuse(`trustedProxies: the net of ${JSON.stringify(each)} has /${leastPrefix} to /${bits}`)
    trusted.addSubnet(address, length, type)
  }
  const isTrusted = (address: string) => {
    const version = isIP(address)

    return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }

  // Many requests come from where the one before came from.
  let last = { peer: '', address: canonicalAddress('') }
  const addressOf = (peer: string) => {
    if (peer !== last.peer) last = { peer, address: canonicalAddress(peer) }

    return last.address
  }

  return accept((peer, forwardedFor) => {
    if (forwardedFor === undefined || !isTrusted(peer)) return addressOf(peer)
    const hops = forwardedFor.split(',').map(withoutPort)

    return canonicalAddress(hops.findLast((each) => !isTrusted(each)) ?? hops[0] ?? peer)
  })
}

/** Some proxies write the port as well: `192.0.2.7:4711`, `[2001:db8::7]:4711`. */
function withoutPort(hop: string): string {
  const trimmed = hop.trim()

  return (
    /^\[([^\]]{1,45})\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^([\d.]{7,15}):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed
  )
}
