import { isIPv4, isIPv6 } from 'node:net'

/**
 * One spelling for each address, for throttling and the audit: IPv4 as it is, also when it comes mapped into IPv6;
 * IPv6 as its /64, since that is what one customer has (attack row HT-08). What is no address becomes `unknown`.
 */
export function canonicalAddress(raw: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(raw)?.[1] ?? raw
  if (isIPv4(mapped)) return mapped
  if (!isIPv6(mapped)) return 'unknown'
  const [head = '', tail = ''] = mapped.split('%')[0]!.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const groups = mapped.includes('::')
    ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left

  return `${groups
    .slice(0, 4)
    .map((each) => Number.parseInt(each, 16).toString(16))
    .join(':')}::/64`
}
